/// A request line and its header fields.
struct HTTPRequestHead: Sendable {
    enum Method: Sendable, Hashable {
        case get, head, post
        /// Methods that no route has.
        case other
    }

    enum BodyFraming: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    var method: Method
    /// The x of HTTP/1.x, 0 or 1.
    var minorVersion: Int
    /// Where the path lies in the storage of `fields`, without the query.
    var pathRange: Range<Int>
    var fields: HTTPHeaderFields
    var framing: BodyFraming
    /// Whether the client lets the connection stay open after this request.
    var keepsAlive: Bool
    /// Whether the client waits for "100 Continue" before it sends the body.
    var expectsContinue: Bool

    var path: ArraySlice<UInt8> { fields.storage[pathRange] }
}
