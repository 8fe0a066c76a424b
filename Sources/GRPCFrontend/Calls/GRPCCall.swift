package import InferenceTypes
package import ServerTransport

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
    /// For work that would keep the event loop from its other connections, such as decoding a large message.
    var decodingThreads: DecodingThreads { get }
    /// What wakes model instances for requests that this thread hands over; `nil` wakes them at once.
    var wakes: WakeBatch? { get }

    func send(_ message: GRPCMessage)
    func finish(_ status: GRPCStatus)
    /// One message and then the end, in one hand-over and one write.
    func finish(with message: GRPCMessage)
    /// Calls `action` on the event loop once fewer than `byteCount` bytes are pending, or the call has ended.
    func whenPending(below byteCount: Int, _ action: @escaping @Sendable () -> Void)
    /// Hands no further messages to the handler until `resumeReceiving`; the client may then send what its flow-control
    /// window holds, and no more. From the event loop, it takes effect before the next message.
    func pauseReceiving()
    func resumeReceiving()
}

extension GRPCCall {
    package var wakes: WakeBatch? { nil }
}
