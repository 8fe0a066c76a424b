/// One request and its answer on a connection.
///
/// Belongs to its session's thread. Stays usable as a name after it has closed; nothing can be sent on it then.
package final class HTTP2Stream {
    package let id: Int32
    /// What the user of the session keeps with the stream.
    package var call: AnyObject?
    /// Bytes of data submitted and not yet written.
    package internal(set) var pendingByteCount = 0
    /// Whether the stream has ended or been reset: what is submitted on it is ignored.
    package var isClosed: Bool { phase == .closed }

    enum Phase {
        /// No header fields have been submitted.
        case asked
        case answering
        /// The end has been submitted.
        case ended
        case closed
    }

    var phase = Phase.asked
    var queue = HTTP2SendQueue()
    var trailers: HTTP2FieldList?
    /// Whether nghttp2 waits to be told that there is data again.
    var isDeferred = false
    /// The bytes of the DATA frame that nghttp2 has prepared and not yet written.
    var preparedByteCount = 0
    /// Bytes given to the delegate and not yet consumed.
    var unconsumedByteCount = 0
    var hasReceivedEnd = false
    /// Whether the server itself has reset the stream.
    var isReset = false

    init(id: Int32) { self.id = id }
}
