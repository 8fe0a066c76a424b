/// One request and its answer on a connection.
///
/// Belongs to its session's thread. Stays usable as a name after it has closed; nothing can be sent on it then.
package final class HTTP2Stream {
    package let id: Int32
    /// What the user of the session keeps with the stream.
    package var call: AnyObject?
    /// Bytes submitted and not yet written.
    package internal(set) var pendingByteCount = 0
    package internal(set) var isClosed = false

    init(id: Int32) { self.id = id }
}
