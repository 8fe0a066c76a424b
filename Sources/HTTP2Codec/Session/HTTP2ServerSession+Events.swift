internal import CNghttp2

/// What nghttp2 tells, turned into the delegate's events.
extension HTTP2ServerSession {
    func frameBegan(_ head: nghttp2_frame_hd) -> Int32 {
        guard UInt32(head.type) != NGHTTP2_DATA.rawValue else { return 0 }
        if UInt32(head.type) == NGHTTP2_PING.rawValue, head.flags & ackFlag != 0, outstandingPings > 0 {
            outstandingPings -= 1
            return 0
        }
        if let error = flood.begin(head, at: now) { return fatal(error) }
        // Answers of open streams wait there too.
        let queued = nghttp2_session_get_outbound_queue_size(session)
        guard queued > limits.queuedControlFrames, queued - limits.queuedControlFrames > 2 * streams.count else {
            return 0
        }
        return fatal(
            HTTP2ConnectionError(
                .enhanceYourCalm,
                "the client sends frames and does not read what answers them: \(limits.queuedControlFrames) frames wait"
            ))
    }

    func blockBegan(_ category: nghttp2_headers_category) {
        block.removeAll()
        isCollectingBlock = category == NGHTTP2_HCAT_REQUEST
    }

    func fieldReceived(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Int32 {
        block.append(name: name, value: value)
        guard block.exceedsLimits else { return 0 }
        // What a few bytes expand to by references to the table of the compression.
        let bombByteCount = limits.headerListByteCount.multipliedReportingOverflow(by: 16)
        guard !bombByteCount.overflow, block.listByteCount > bombByteCount.partialValue else { return 0 }
        return fatal(
            HTTP2ConnectionError(
                .enhanceYourCalm,
                "the client sent a header block that expands to more than \(bombByteCount.partialValue) bytes"))
    }

    func dataReceived(_ bytes: UnsafeRawBufferPointer, on id: Int32) {
        guard let stream = streams[id], !stream.isReset else {
            _ = nghttp2_session_consume(session, id, bytes.count)
            return
        }
        stream.unconsumedByteCount += bytes.count
        if !bytes.isEmpty { delegate?.received(bytes, on: stream) }
    }

    func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) -> Int32 {
        let head = frame.pointee.hd
        switch UInt32(head.type) {
        case NGHTTP2_DATA.rawValue:
            let count = head.length - min(frame.pointee.data.padlen, head.length)
            let isEnd = head.flags & endFlag != 0
            if let error = flood.receivedData(count, isEnd: isEnd, at: now) { return fatal(error) }
            if isEnd { endReceived(on: head.stream_id) }
        case NGHTTP2_HEADERS.rawValue:
            if isCollectingBlock, streams[head.stream_id] == nil {
                let stream = HTTP2Stream(id: head.stream_id)
                streams[head.stream_id] = stream
                delegate?.received(block, on: stream)
            }
            if head.flags & endFlag != 0 { endReceived(on: head.stream_id) }
        case NGHTTP2_PING.rawValue:
            let data = frame.pointee.ping.opaque_data
            let payload = withUnsafeBytes(of: data) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
            pingReceived(payload, isAcknowledgement: head.flags & ackFlag != 0)
        case NGHTTP2_GOAWAY.rawValue:
            let goAway = frame.pointee.goaway
            delegate?.receivedGoAway(
                HTTP2ErrorCode(rawValue: goAway.error_code),
                UnsafeRawBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len))
        default: break
        }
        return 0
    }

    private func endReceived(on id: Int32) {
        guard let stream = streams[id], !stream.hasReceivedEnd else { return }
        stream.hasReceivedEnd = true
        if !stream.isReset { delegate?.receivedEnd(on: stream) }
    }

    private func pingReceived(_ payload: UInt64, isAcknowledgement: Bool) {
        if !isAcknowledgement {
            delegate?.receivedPing()
        } else if payload == Self.shutdownPing {
            finishShutdown()
        } else {
            delegate?.receivedPingAcknowledgement(payload)
        }
    }

    func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
        let head = frame.pointee.hd
        switch UInt32(head.type) {
        case NGHTTP2_DATA.rawValue:
            flood.sentData()
            if head.flags & endFlag != 0 { answered(head.stream_id) }
        case NGHTTP2_HEADERS.rawValue:
            if head.flags & endFlag != 0 { answered(head.stream_id) }
        case NGHTTP2_RST_STREAM.rawValue:
            let code = HTTP2ErrorCode(rawValue: frame.pointee.rst_stream.error_code)
            guard code != .refusedStream, streams[head.stream_id]?.isReset != true else { return }
            if let error = flood.resetStream(at: now) { fail(error) }
        case NGHTTP2_GOAWAY.rawValue: goAwaySent(frame.pointee.goaway)
        default: break
        }
    }

    /// The last frame of an answer is out.
    private func answered(_ id: Int32) {
        flood.answered()
        guard let stream = streams[id], !stream.hasReceivedEnd, !stream.isReset else { return }
        // Whatever the client still wants to send is not needed: RFC 9113, section 8.1.
        stream.isReset = true
        submitReset(id, .noError)
    }

    private func goAwaySent(_ goAway: nghttp2_goaway) {
        if failure == nil, goAway.error_code != HTTP2ErrorCode.noError.rawValue {
            let text = UnsafeRawBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len)
            let error = HTTP2ConnectionError(
                HTTP2ErrorCode(rawValue: goAway.error_code),
                "the client broke a rule of HTTP/2: \(String(decoding: text, as: UTF8.self))")
            failure = error
            delegate?.connectionFailed(error)
        }
        if failure != nil { hasSentFinalGoAway = true }
    }

    /// nghttp2 could not send a frame, such as a header block above its limit: the stream cannot be answered.
    func frameNotSent(_ head: nghttp2_frame_hd) {
        guard UInt32(head.type) == NGHTTP2_HEADERS.rawValue, let stream = streams[head.stream_id] else { return }
        reset(stream, .internalError)
    }

    func streamClosed(_ id: Int32, _ code: HTTP2ErrorCode) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        if stream.unconsumedByteCount > 0 {
            _ = nghttp2_session_consume_connection(session, stream.unconsumedByteCount)
        }
        forget(stream)
        delegate?.closed(stream, code)
    }

    /// Lets go of what the stream holds.
    func forget(_ stream: HTTP2Stream) {
        stream.phase = .closed
        stream.queue = HTTP2SendQueue()
        stream.pendingByteCount = 0
        stream.trailers = nil
    }

    /// Stops nghttp2 inside a callback; `receive` then ends the connection.
    private func fatal(_ error: HTTP2ConnectionError) -> Int32 {
        fail(error)
        return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }

    private var ackFlag: UInt8 { UInt8(NGHTTP2_FLAG_ACK.rawValue) }
    private var endFlag: UInt8 { UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) }
}
