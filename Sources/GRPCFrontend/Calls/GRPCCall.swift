package import InferenceTypes

/// One call as its handler sees it: the way back to the client.
///
/// Thread-safe. Calls from other threads cost one hand-over to the event loop. After `finish`, and once the client has
/// gone, everything sent is ignored. Exactly one `finish` per call; dropping a call that got none is a bug.
package protocol GRPCCall: AnyObject, Sendable {
    var metadata: GRPCMetadata { get }
    /// Raised when the client has cancelled or gone, or when its deadline has passed.
    var cancellation: CancellationFlag { get }
    /// Bytes of messages that wait for the client to read them.
    var pendingByteCount: Int { get }

    func send(_ message: GRPCMessage)
    func finish(_ status: GRPCStatus)
    /// One message and then the end, in one hand-over and one write.
    func finish(with message: GRPCMessage)
    /// Calls `action` on the event loop once fewer than `byteCount` bytes are pending, or the call has ended.
    func whenPending(below byteCount: Int, _ action: @escaping @Sendable () -> Void)
}
