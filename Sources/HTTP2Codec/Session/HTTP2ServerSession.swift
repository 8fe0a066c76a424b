internal import CNghttp2

/// The server's side of one HTTP/2 connection: bytes in, events and bytes out. No socket, clock or thread in it.
///
/// Not thread-safe. Times are nanoseconds of any monotonic clock. Whatever a client sends, no call traps.
package final class HTTP2ServerSession {
    enum Shutdown {
        case none
        /// The client has been told to open no more streams; those that it opened before it heard so still count.
        case announced
        /// GOAWAY has named the last stream.
        case ending
    }

    let limits: HTTP2Limits
    let session: OpaquePointer
    var streams: [Int32: HTTP2Stream] = [:]
    let block: HTTP2HeaderBlock
    var isCollectingBlock = false
    var flood: HTTP2FloodGuard
    var failure: HTTP2ConnectionError?
    var shutdown = Shutdown.none
    var hasSentFinalGoAway = false
    var outstandingPings = 0

    /// Set during `receive`, `writeOutput` and `close`, inside which nghttp2 calls back.
    var delegate: (any HTTP2SessionDelegate)?
    var sink: (any HTTP2OutputSink)?
    var now: UInt64 = 0
    var writtenByteCount = 0
    var writeBudget = 0

    /// Throws when memory is short.
    package init(
        limits: HTTP2Limits = HTTP2Limits(), settings: HTTP2Settings = HTTP2Settings()
    ) throws(HTTP2ConnectionError) {
        self.limits = limits
        block = HTTP2HeaderBlock(byteLimit: limits.headerListByteCount, fieldLimit: limits.headerFieldCount)
        flood = HTTP2FloodGuard(limits)
        session = try Self.makeSession(limits)
        nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
        guard announce(settings) else { throw Self.outOfMemory }
    }

    deinit { nghttp2_session_del(session) }

    /// Takes bytes from the socket, any number at a time, and calls `delegate` for what is in them.
    ///
    /// After a failure, or once the session `wantsRead` no more, bytes are ignored.
    package func receive(_ bytes: UnsafeRawBufferPointer, at nanoseconds: UInt64, _ delegate: any HTTP2SessionDelegate)
    {
        guard failure == nil, let start = bytes.baseAddress, !bytes.isEmpty else { return }
        precondition(self.delegate == nil, "receive called inside a delegate call")
        now = nanoseconds
        self.delegate = delegate
        defer { self.delegate = nil }
        let status = nghttp2_session_mem_recv(session, start.assumingMemoryBound(to: UInt8.self), bytes.count)
        if status < 0 { fail(Self.error(ofStatus: status)) }
    }

    /// Gives frames to `sink` until at least `budget` bytes are out or nothing is ready. Returns the number of bytes.
    ///
    /// Calls `delegate` when a stream has been answered whole, which closes it.
    package func writeOutput(
        to sink: any HTTP2OutputSink, budget: Int, _ delegate: any HTTP2SessionDelegate
    ) -> Int {
        precondition(self.delegate == nil, "writeOutput called inside a delegate call")
        self.delegate = delegate
        self.sink = sink
        defer {
            self.delegate = nil
            self.sink = nil
        }
        (writtenByteCount, writeBudget) = (0, budget)
        while writtenByteCount < budget, !hasSentFinalGoAway {
            var start: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &start)
            if count < 0 {
                fail(Self.error(ofStatus: count))
                hasSentFinalGoAway = true
            }
            guard count > 0 else { break }
            sink.write(UnsafeRawBufferPointer(start: start, count: count))
            writtenByteCount += count
        }
        return writtenByteCount
    }

    /// Closes every stream that is left, with `code`: for a connection that is gone. The session is of no use afterwards.
    package func close(_ code: HTTP2ErrorCode, _ delegate: any HTTP2SessionDelegate) {
        precondition(self.delegate == nil, "close called inside a delegate call")
        failure = failure ?? HTTP2ConnectionError(code, "the connection is gone")
        hasSentFinalGoAway = true
        while let (id, stream) = streams.first {
            streams[id] = nil
            forget(stream)
            delegate.closed(stream, code)
        }
    }

    /// Whether `writeOutput` has something to give.
    package var wantsWrite: Bool { !hasSentFinalGoAway && nghttp2_session_want_write(session) != 0 }

    /// Whether the client may still send something that matters. When neither this nor `wantsWrite` is true, close.
    package var wantsRead: Bool {
        failure == nil && (shutdown == .announced || nghttp2_session_want_read(session) != 0)
    }

    package var openStreamCount: Int { streams.count }

    // MARK: The connection

    /// Sends a PING; its acknowledgement comes to the delegate with the same payload.
    package func submitPing(_ payload: UInt64) {
        guard failure == nil else { return }
        outstandingPings += 1
        withUnsafeBytes(of: payload.bigEndian) { bytes in
            _ = nghttp2_submit_ping(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// The payload of the PING that follows the first GOAWAY: no user of the session should choose it.
    static let shutdownPing: UInt64 = 0x6e65_7265_6964_2121

    /// Tells the client to open no more streams, without losing those on the way: GOAWAY with the largest stream number
    /// and a PING, then the true GOAWAY when the PING is acknowledged. Then the session ends with its last stream.
    package func shutDownGracefully() {
        guard failure == nil, shutdown == .none else { return }
        shutdown = .announced
        _ = nghttp2_submit_shutdown_notice(session)
        submitPing(Self.shutdownPing)
    }

    func finishShutdown() {
        guard shutdown == .announced else { return }
        shutdown = .ending
        let last = nghttp2_session_get_last_proc_stream_id(session)
        submitGoAway(lastStream: last, .noError, "")
    }

    /// Ends the connection at once: GOAWAY with `code` and `debugText`; streams not answered are lost.
    package func shutDown(_ code: HTTP2ErrorCode, _ debugText: String = "") {
        guard failure == nil else { return }
        failure = HTTP2ConnectionError(code, debugText)
        submitGoAway(lastStream: nghttp2_session_get_last_proc_stream_id(session), code, debugText)
    }

    /// Ends the connection because of what the client did.
    func fail(_ error: HTTP2ConnectionError) {
        guard failure == nil else { return }
        shutDown(error.code, error.reason)
        delegate?.connectionFailed(error)
    }

    private func submitGoAway(lastStream: Int32, _ code: HTTP2ErrorCode, _ debugText: String) {
        var text = debugText
        text.withUTF8 { bytes in
            _ = nghttp2_submit_goaway(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), lastStream, code.rawValue, bytes.baseAddress,
                min(bytes.count, 1024))
        }
    }
}
