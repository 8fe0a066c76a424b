import CNghttp2

/// nghttp2's own client with what a gRPC client adds.
final class HTTP2TestClient {
    struct Answer: Equatable {
        var fields: [String: String] = [:]
        var body: [UInt8] = []
        var trailers: [String: String] = [:]
        /// Of the stream, once it has ended.
        var closeCode: UInt32?

        /// The messages in the body, without their prefixes.
        var messages: [[UInt8]] {
            var rest = body[...]
            var messages: [[UInt8]] = []
            while rest.count >= 5 {
                let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
                messages.append(Array(rest.dropFirst(5).prefix(length)))
                rest = rest.dropFirst(5 + length)
            }
            return messages
        }

        /// Of the trailers, or of an answer that is only trailers.
        var status: String? { trailers["grpc-status"] ?? fields["grpc-status"] }
        var message: String? { trailers["grpc-message"] ?? fields["grpc-message"] }
    }

    private struct Body {
        var bytes: [UInt8]
        var offset = 0
        var isEnd: Bool
    }

    private var session: OpaquePointer?
    private(set) var answers: [Int32: Answer] = [:]
    private(set) var goAways: [(code: UInt32, text: String)] = []
    private(set) var pings = 0
    private var bodies: [Int32: Body] = [:]

    /// `window`: bytes that the server may send on a stream, and on all of them if that is more; `readsBodies`: whether the client makes room again.
    init(window: UInt32 = 65535, readsBodies: Bool = true) {
        var callbacks: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        Self.setCallbacks(callbacks)
        var option: OpaquePointer?
        nghttp2_option_new(&option)
        if !readsBodies { nghttp2_option_set_no_auto_window_update(option, 1) }
        nghttp2_session_client_new2(&session, callbacks, Unmanaged.passUnretained(self).toOpaque(), option)
        nghttp2_option_del(option)
        nghttp2_session_callbacks_del(callbacks)
        let entries = [
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: window)
        ]
        nghttp2_submit_settings(session, 0, entries, entries.count)
        if window > 65535 { nghttp2_session_set_local_window_size(session, 0, 0, Int32(window)) }
    }

    deinit { nghttp2_session_del(session) }

    static func fields(
        _ path: String = "/test.Service/Echo", adding added: [(String, String)] = []
    ) -> [(String, String)] {
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost:8001"),
            ("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "test/1"),
        ] + added
    }

    /// A message behind its prefix.
    static func framed(_ message: [UInt8], isCompressed: Bool = false) -> [UInt8] {
        [isCompressed ? 1 : 0] + (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (24 - 8 * $0)) } + message
    }

    @discardableResult
    func request(_ fields: [(String, String)] = fields(), body: [UInt8], isEnd: Bool = true) -> Int32 {
        var values: [nghttp2_nv] = []
        var copies: [UnsafeMutablePointer<UInt8>] = []
        defer { for copy in copies { copy.deallocate() } }
        for (name, value) in fields {
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: name.utf8.count + value.utf8.count + 1)
            for (index, byte) in (name + value).utf8.enumerated() { copy[index] = byte }
            copies.append(copy)
            values.append(
                nghttp2_nv(
                    name: copy, value: copy + name.utf8.count, namelen: name.utf8.count,
                    valuelen: value.utf8.count, flags: 0))
        }
        var provider = Self.provider
        let id = nghttp2_submit_request(session, nil, values, values.count, &provider, nil)
        bodies[id] = Body(bytes: body, isEnd: isEnd)
        return id
    }

    /// A call with one message.
    @discardableResult
    func call(
        _ message: [UInt8], path: String = "/test.Service/Echo", adding added: [(String, String)] = []
    ) -> Int32 {
        request(Self.fields(path, adding: added), body: Self.framed(message))
    }

    /// Adds to a body that has no end yet.
    func send(_ bytes: [UInt8], isEnd: Bool = false, on id: Int32) {
        bodies[id]?.bytes += bytes
        bodies[id]?.isEnd = isEnd
        nghttp2_session_resume_data(session, id)
    }

    /// Bytes of a body that the server has not made room for yet.
    func unsentByteCount(_ id: Int32) -> Int { bodies[id].map { $0.bytes.count - $0.offset } ?? 0 }

    /// Makes room for more of an answer.
    func consume(_ byteCount: Int, on id: Int32) { nghttp2_session_consume(session, id, byteCount) }

    func reset(_ id: Int32) { nghttp2_submit_rst_stream(session, 0, id, NGHTTP2_CANCEL.rawValue) }
    func ping() { nghttp2_submit_ping(session, 0, nil) }

    func takeOutput() -> [UInt8] {
        var output: [UInt8] = []
        while true {
            var start: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &start)
            guard count > 0 else { return output }
            output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        }
    }

    /// Returns nghttp2's status: negative when the server broke a rule.
    @discardableResult
    func receive(_ bytes: [UInt8]) -> Int { nghttp2_session_mem_recv(session, bytes, bytes.count) }

    private static func from(_ userData: UnsafeMutableRawPointer?) -> HTTP2TestClient {
        Unmanaged<HTTP2TestClient>.fromOpaque(userData.unsafelyUnwrapped).takeUnretainedValue()
    }

    private static var provider: nghttp2_data_provider {
        nghttp2_data_provider(source: nghttp2_data_source(ptr: nil)) { _, id, buffer, length, flags, _, userData in
            let client = HTTP2TestClient.from(userData)
            guard var body = client.bodies[id], let buffer, let flags else { return -1 }
            let count = min(length, body.bytes.count - body.offset)
            body.bytes.withUnsafeBufferPointer { bytes in
                if let base = bytes.baseAddress { buffer.update(from: base + body.offset, count: count) }
            }
            body.offset += count
            client.bodies[id] = body
            let isAll = body.offset == body.bytes.count
            if isAll, !body.isEnd, count == 0 { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
            if isAll, body.isEnd { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
            return count
        }
    }

    private static func setCallbacks(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameLength, value, valueLength, _, userData in
            let client = HTTP2TestClient.from(userData)
            guard let frame else { return -1 }
            let name = String(decoding: UnsafeBufferPointer(start: name, count: nameLength), as: UTF8.self)
            let value = String(decoding: UnsafeBufferPointer(start: value, count: valueLength), as: UTF8.self)
            let id = frame.pointee.hd.stream_id
            if frame.pointee.headers.cat == NGHTTP2_HCAT_RESPONSE {
                client.answers[id, default: Answer()].fields[name] = value
            } else {
                client.answers[id, default: Answer()].trailers[name] = value
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, start, count, userData in
            HTTP2TestClient.from(userData).answers[id, default: Answer()].body.append(
                contentsOf: UnsafeBufferPointer(start: start, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, userData in
            if let frame { HTTP2TestClient.from(userData).received(frame) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, userData in
            HTTP2TestClient.from(userData).answers[id, default: Answer()].closeCode = code
            return 0
        }
    }

    private func received(_ frame: UnsafePointer<nghttp2_frame>) {
        let head = frame.pointee.hd
        switch UInt32(head.type) {
        case NGHTTP2_GOAWAY.rawValue:
            let goAway = frame.pointee.goaway
            let text = UnsafeBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len)
            goAways.append((goAway.error_code, String(decoding: text, as: UTF8.self)))
        case NGHTTP2_PING.rawValue where head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0: pings += 1
        default: break
        }
    }
}
