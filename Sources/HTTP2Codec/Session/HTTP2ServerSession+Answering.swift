internal import CNghttp2
package import InferenceTypes

/// Everything here is ignored on a stream that has closed or whose end has been submitted.
extension HTTP2ServerSession {
    /// The answer's header fields; once. Without `isEnd`, data and the end follow.
    package func submitHeaders(_ fields: HTTP2FieldList, isEnd: Bool = false, on stream: HTTP2Stream) {
        guard isOpen(stream), stream.phase == .asked else { return }
        stream.phase = isEnd ? .ended : .answering
        let status = fields.withNameValues { values in
            guard !isEnd else {
                return nghttp2_submit_response(session, stream.id, values.baseAddress, values.count, nil)
            }
            var provider = dataProvider(stream)
            return nghttp2_submit_response(session, stream.id, values.baseAddress, values.count, &provider)
        }
        if status != 0 { reset(stream, .internalError) }
    }

    /// Data to send, after what was submitted before. Costs no copy; the memory is kept until it has been written.
    ///
    /// The header fields must have been submitted.
    package func submitData(_ part: TensorBytes, on stream: HTTP2Stream) {
        guard beginData(part.count, on: stream) else { return }
        stream.queue.append(part)
        resume(stream)
    }

    /// As above, of bytes in an array: the head of a message.
    package func submitData(_ bytes: [UInt8], on stream: HTTP2Stream) {
        guard beginData(bytes.count, on: stream) else { return }
        stream.queue.append(bytes)
        resume(stream)
    }

    /// Ends the answer after the data, with trailers when there are any.
    package func submitEnd(trailers: HTTP2FieldList? = nil, on stream: HTTP2Stream) {
        guard isOpen(stream), stream.phase == .answering else { return }
        stream.phase = .ended
        stream.trailers = trailers
        resume(stream)
    }

    /// Gives up the stream. What was not written is dropped; `closed` follows from `writeOutput`.
    package func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        guard isOpen(stream), !stream.isReset else { return }
        stream.isReset = true
        stream.phase = .ended
        // A frame whose head is out must be followed by its payload.
        stream.queue.truncate(to: stream.preparedByteCount)
        stream.pendingByteCount = stream.queue.byteCount
        submitReset(stream.id, code)
    }

    /// Lets the client send `byteCount` more bytes on the stream: call it when received bytes have been dealt with. A
    /// call that does not read stops here, and so stops the client.
    package func consume(_ byteCount: Int, on stream: HTTP2Stream) {
        guard isOpen(stream), byteCount > 0 else { return }
        let count = min(byteCount, stream.unconsumedByteCount)
        stream.unconsumedByteCount -= count
        _ = nghttp2_session_consume(session, stream.id, count)
    }

    func submitReset(_ id: Int32, _ code: HTTP2ErrorCode) {
        _ = nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
    }

    private func isOpen(_ stream: HTTP2Stream) -> Bool { failure == nil && stream.phase != .closed }

    private func beginData(_ byteCount: Int, on stream: HTTP2Stream) -> Bool {
        precondition(stream.phase != .asked, "data submitted before the header fields")
        guard isOpen(stream), stream.phase == .answering, byteCount > 0 else { return false }
        stream.pendingByteCount += byteCount
        return true
    }

    private func resume(_ stream: HTTP2Stream) {
        guard stream.isDeferred else { return }
        stream.isDeferred = false
        _ = nghttp2_session_resume_data(session, stream.id)
    }
}

// MARK: What nghttp2 asks for

extension HTTP2ServerSession {
    /// nghttp2 asks for data only while the stream is open, and the session keeps open streams alive.
    private func dataProvider(_ stream: HTTP2Stream) -> nghttp2_data_provider {
        nghttp2_data_provider(
            source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()),
            read_callback: { _, _, _, length, flags, source, userData in
                guard let session = HTTP2ServerSession.from(userData), let stream = source?.pointee.ptr, let flags
                else {
                    return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
                }
                return session.prepareData(
                    of: Unmanaged<HTTP2Stream>.fromOpaque(stream).takeUnretainedValue(), atMost: length, &flags.pointee)
            })
    }

    /// Says how many bytes the next DATA frame has. They are written by `writeData`.
    private func prepareData(of stream: HTTP2Stream, atMost length: Int, _ flags: inout UInt32) -> Int {
        let count = min(length, stream.queue.byteCount)
        let isAll = count == stream.queue.byteCount
        if isAll, stream.phase != .ended, count == 0 {
            stream.isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        if isAll, stream.phase == .ended {
            flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
            if let trailers = stream.trailers {
                stream.trailers = nil
                flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
                let status = trailers.withNameValues {
                    nghttp2_submit_trailer(session, stream.id, $0.baseAddress, $0.count)
                }
                if status != 0 { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
            }
        }
        stream.preparedByteCount = count
        return count
    }

    func writeData(of stream: HTTP2Stream, head: UnsafeRawBufferPointer, count: Int) -> Int32 {
        guard let sink, writtenByteCount < writeBudget else { return NGHTTP2_ERR_WOULDBLOCK.rawValue }
        guard stream.queue.byteCount >= count else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
        sink.write(head)
        stream.queue.write(count, to: sink)
        stream.preparedByteCount = 0
        stream.pendingByteCount = stream.queue.byteCount
        writtenByteCount += head.count + count
        return 0
    }
}
