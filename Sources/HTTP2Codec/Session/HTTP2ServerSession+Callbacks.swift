internal import CNghttp2

/// The functions that nghttp2 calls. Each finds its session and passes on; none throws, as C cannot be unwound.
extension HTTP2ServerSession {
    /// The session that was given to nghttp2 as user data. It outlives nghttp2's own session, which it deletes.
    static func from(_ userData: UnsafeMutableRawPointer?) -> HTTP2ServerSession? {
        userData.map { Unmanaged<HTTP2ServerSession>.fromOpaque($0).takeUnretainedValue() }
    }

    static func setCallbacks(_ callbacks: OpaquePointer) {
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, head, userData in
            guard let session = HTTP2ServerSession.from(userData), let head else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            return session.frameBegan(head.pointee)
        }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, userData in
            guard let session = HTTP2ServerSession.from(userData), let frame else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            session.blockBegan(frame.pointee.headers.cat)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameLength, value, valueLength, _, userData in
            guard let session = HTTP2ServerSession.from(userData) else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return session.fieldReceived(
                UnsafeRawBufferPointer(start: name, count: nameLength),
                UnsafeRawBufferPointer(start: value, count: valueLength))
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, start, count, userData in
            guard let session = HTTP2ServerSession.from(userData) else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            session.dataReceived(UnsafeRawBufferPointer(start: start, count: count), on: id)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, userData in
            guard let session = HTTP2ServerSession.from(userData), let frame else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            return session.frameReceived(frame)
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, userData in
            guard let session = HTTP2ServerSession.from(userData), let frame else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            session.frameSent(frame)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, userData in
            guard let session = HTTP2ServerSession.from(userData), let frame else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            session.frameNotSent(frame.pointee.hd)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, userData in
            guard let session = HTTP2ServerSession.from(userData) else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            session.streamClosed(id, HTTP2ErrorCode(rawValue: code))
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, _, head, count, source, userData in
            guard let session = HTTP2ServerSession.from(userData), let head, let stream = source?.pointee.ptr else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            return session.writeData(
                of: Unmanaged<HTTP2Stream>.fromOpaque(stream).takeUnretainedValue(),
                head: UnsafeRawBufferPointer(start: head, count: HTTP2ServerSession.frameHeadByteCount), count: count)
        }
        nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks) {
            _, _, _, connectionWindow, streamWindow, frameSize, _ in
            Int(min(connectionWindow, streamWindow, Int32(clamping: frameSize), HTTP2ServerSession.largestFrameSent))
        }
    }

    private static var frameHeadByteCount: Int { 9 }
    /// nghttp2 keeps room for the largest frame, on each connection that has sent one.
    private static var largestFrameSent: Int32 { 1 << 20 }
}
