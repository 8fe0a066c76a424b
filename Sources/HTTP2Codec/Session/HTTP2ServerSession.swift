package import InferenceTypes

/// The server's side of one HTTP/2 connection: bytes in, events and bytes out. No socket, clock or thread in it.
///
/// Not thread-safe. Times are nanoseconds of any monotonic clock. Whatever a client sends, no call traps.
package final class HTTP2ServerSession {
    /// Throws when memory is short.
    package init(limits: HTTP2Limits = HTTP2Limits(), settings: HTTP2Settings = HTTP2Settings())
        throws(HTTP2ConnectionError)
    {}

    /// Takes bytes from the socket, any number at a time, and calls `delegate` for what is in them.
    ///
    /// After a failure, or once the session `wantsRead` no more, bytes are ignored.
    package func receive(_ bytes: UnsafeRawBufferPointer, at nanoseconds: UInt64, _ delegate: any HTTP2SessionDelegate)
    {}

    /// Gives frames to `sink` until at least `budget` bytes are out or nothing is ready. Returns the number of bytes.
    ///
    /// Calls `delegate` when a stream has been answered whole, which closes it.
    package func writeOutput(to sink: any HTTP2OutputSink, budget: Int, _ delegate: any HTTP2SessionDelegate) -> Int {
        0
    }

    /// Closes every stream that is left, with `code`: for a connection that is gone. Nothing else may be called after it.
    package func close(_ code: HTTP2ErrorCode, _ delegate: any HTTP2SessionDelegate) {}

    /// Whether `writeOutput` has something to give.
    package var wantsWrite: Bool { false }
    /// Whether the client may still send something that matters. When neither this nor `wantsWrite` is true, close.
    package var wantsRead: Bool { true }
    package var openStreamCount: Int { 0 }

    // MARK: Answering

    /// The answer's header fields. Without `isEnd`, data and the end follow.
    package func submitHeaders(_ fields: HTTP2FieldList, isEnd: Bool = false, on stream: HTTP2Stream) {}
    /// Data to send, after what was submitted before. Costs no copy; the memory is kept until it has been written.
    package func submitData(_ part: TensorBytes, on stream: HTTP2Stream) {}
    /// As above, of bytes in an array: the head of a message.
    package func submitData(_ bytes: [UInt8], on stream: HTTP2Stream) {}
    /// Ends the answer after the data, with trailers when there are any.
    package func submitEnd(trailers: HTTP2FieldList? = nil, on stream: HTTP2Stream) {}
    /// Gives up the stream. What was not written is dropped.
    package func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {}
    /// Lets the client send `byteCount` more bytes on the stream: call it when received bytes have been dealt with. A call
    /// that does not read stops here, and so stops the client.
    package func consume(_ byteCount: Int, on stream: HTTP2Stream) {}

    // MARK: The connection

    package func submitPing(_ payload: UInt64) {}
    /// Tells the client to open no more streams, without losing those on the way: GOAWAY with the largest stream number
    /// and a PING, then the true GOAWAY when the PING is acknowledged. Then the session ends with its last stream.
    package func shutDownGracefully() {}
    /// Ends the connection at once: GOAWAY with `code` and `debugText`; streams not answered are lost.
    package func shutDown(_ code: HTTP2ErrorCode, _ debugText: String = "") {}
}
