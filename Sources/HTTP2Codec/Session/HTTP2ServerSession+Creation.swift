internal import CNghttp2

extension HTTP2ServerSession {
    static let outOfMemory = HTTP2ConnectionError(.internalError, "out of memory")

    static func makeSession(_ limits: HTTP2Limits) throws(HTTP2ConnectionError) -> OpaquePointer {
        var option: OpaquePointer?
        var callbacks: OpaquePointer?
        defer {
            nghttp2_option_del(option)
            nghttp2_session_callbacks_del(callbacks)
        }
        guard nghttp2_option_new(&option) == 0, nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else {
            throw outOfMemory
        }
        nghttp2_option_set_no_auto_window_update(option, 1)
        nghttp2_option_set_no_closed_streams(option, 1)
        nghttp2_option_set_max_outbound_ack(option, limits.queuedControlFrames)
        // gRPC strips white space around values; the stricter rule would drop the field.
        nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option, 1)
        nghttp2_leave_frame_limits_to_caller(option)
        setCallbacks(callbacks)

        var session: OpaquePointer?
        guard nghttp2_session_server_new2(&session, callbacks, nil, option) == 0, let session else { throw outOfMemory }
        return session
    }

    /// Queues the server's SETTINGS and opens the connection's window.
    func announce(_ settings: HTTP2Settings) -> Bool {
        let entries = [
            entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumStreams),
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, min(settings.streamWindow, Int(Int32.max))),
            entry(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, min(max(settings.maximumFrameSize, 1 << 14), (1 << 24) - 1)),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerListByteCount),
            // Clients' trees of priorities are not kept.
            entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
        let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        return nghttp2_submit_settings(session, flags, entries, entries.count) == 0
            && nghttp2_session_set_local_window_size(session, flags, 0, Int32(clamping: settings.connectionWindow)) == 0
    }

    private func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
    }

    /// What an error status of nghttp2's means for the connection.
    static func error(ofStatus status: Int) -> HTTP2ConnectionError {
        switch Int32(clamping: status) {
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue:
            HTTP2ConnectionError(
                .protocolError, "the client does not speak HTTP/2: its first bytes are not the connection preface")
        case NGHTTP2_ERR_FLOODED.rawValue, NGHTTP2_ERR_TOO_MANY_SETTINGS.rawValue:
            HTTP2ConnectionError(
                .enhanceYourCalm,
                "the client floods the connection: \(String(cString: nghttp2_strerror(Int32(status))))")
        case NGHTTP2_ERR_NOMEM.rawValue: outOfMemory
        default:
            HTTP2ConnectionError(.internalError, String(cString: nghttp2_strerror(Int32(clamping: status))))
        }
    }
}
