/// Hears what a client sent. All functions are called inside `HTTP2ServerSession.receive` and `.writeOutput`.
///
/// Inside them the session's submitting functions may be called, but not `receive` and `writeOutput`.
package protocol HTTP2SessionDelegate: AnyObject {
    /// A request begins. `block` is reused: copy what is to be kept.
    func received(_ block: HTTP2HeaderBlock, on stream: HTTP2Stream)
    /// A piece of the request's body; never empty. `bytes` lie in what was given to `receive` and are valid during the
    /// call. The client may send as many more only after `HTTP2ServerSession.consume`.
    func received(_ bytes: UnsafeRawBufferPointer, on stream: HTTP2Stream)
    /// The client sends no more on this stream.
    func receivedEnd(on stream: HTTP2Stream)
    /// The stream is gone: answered whole (`noError`), reset by the client, or reset by the server. The last event of a
    /// stream; what is submitted on it from now on is ignored.
    func closed(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode)
    /// The client acknowledged the PING with this payload.
    func receivedPingAcknowledgement(_ payload: UInt64)
    /// The client sent any PING; it has been answered.
    func receivedPing()
    /// The client opens no further streams.
    func receivedGoAway(_ code: HTTP2ErrorCode, _ debugText: UnsafeRawBufferPointer)
    /// The connection ends because of what the client sent; GOAWAY is in the output. Called once; streams that are open
    /// get `closed` from `HTTP2ServerSession.close`.
    func connectionFailed(_ error: HTTP2ConnectionError)
}
