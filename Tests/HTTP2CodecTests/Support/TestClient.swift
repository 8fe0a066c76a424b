import CNghttp2

/// nghttp2's own client: what it accepts and says is what the server's session is held to.
final class TestClient {
    struct Answer: Equatable {
        var fields: [String] = []
        var body: [UInt8] = []
        var trailers: [String] = []
        var closeCode: UInt32?
    }

    private(set) var session: OpaquePointer?
    var answers: [Int32: Answer] = [:]
    var bodyByteCount: [Int32: Int] = [:]
    var keepsBodies = true
    var goAways: [(lastStream: Int32, code: UInt32, text: String)] = []
    var settings: [Int32: UInt32] = [:]
    var pingAcknowledgements = 0
    /// Lengths of the DATA frames received, by stream.
    var frameLengths: [Int32: [Int]] = [:]
    fileprivate var bodies: [Int32: Body] = [:]

    /// What is sent on a stream: bytes, or zeros without end.
    struct Body {
        var bytes: [UInt8] = []
        var offset = 0
        var zeros = 0
        var isEnd = true
    }

    init(settings entries: [(nghttp2_settings_id, UInt32)] = []) {
        var callbacks: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        Self.setCallbacks(callbacks)
        nghttp2_session_client_new(&session, callbacks, Unmanaged.passUnretained(self).toOpaque())
        nghttp2_session_callbacks_del(callbacks)
        let entries = entries.map { nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: $0.1) }
        nghttp2_submit_settings(session, 0, entries, entries.count)
    }

    deinit { nghttp2_session_del(session) }

    static let grpcFields = [
        (":method", "POST"), (":scheme", "http"), (":path", "/inference.GRPCInferenceService/ModelInfer"),
        (":authority", "localhost:8001"), ("te", "trailers"), ("content-type", "application/grpc"),
        ("user-agent", "grpc-c++/1.62"), ("grpc-accept-encoding", "identity, deflate, gzip"),
    ]

    /// Sends a request with a body; nil: without one.
    @discardableResult
    func request(_ fields: [(String, String)] = grpcFields, body: Body?) -> Int32 {
        let names = fields.map { Array($0.0.utf8) + Array($0.1.utf8) }
        var values: [nghttp2_nv] = []
        var copies: [UnsafeMutablePointer<UInt8>] = []
        for (bytes, field) in zip(names, fields) {
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 1)
            copy.update(from: bytes, count: bytes.count)
            copies.append(copy)
            values.append(
                nghttp2_nv(
                    name: copy, value: copy + field.0.utf8.count, namelen: field.0.utf8.count,
                    valuelen: field.1.utf8.count, flags: 0))
        }
        defer { for copy in copies { copy.deallocate() } }
        guard let body else { return nghttp2_submit_request(session, nil, values, values.count, nil, nil) }
        var provider = Self.provider
        let id = nghttp2_submit_request(session, nil, values, values.count, &provider, nil)
        bodies[id] = body
        return id
    }

    @discardableResult
    func request(_ bytes: [UInt8]) -> Int32 { request(body: Body(bytes: bytes)) }

    /// Adds to a body that has no end yet.
    func send(_ bytes: [UInt8], isEnd: Bool, on id: Int32) {
        bodies[id]?.bytes += bytes
        bodies[id]?.isEnd = isEnd
        nghttp2_session_resume_data(session, id)
    }

    func reset(_ id: Int32) { nghttp2_submit_rst_stream(session, 0, id, NGHTTP2_CANCEL.rawValue) }
    func ping() { nghttp2_submit_ping(session, 0, nil) }

    func takeOutput(limit: Int = .max) -> [UInt8] {
        var output: [UInt8] = []
        while output.count < limit {
            var start: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &start)
            guard count > 0 else { break }
            output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        }
        return output
    }

    /// Returns nghttp2's status: negative when the server broke a rule so that the session is lost.
    @discardableResult
    func receive(_ bytes: [UInt8]) -> Int { nghttp2_session_mem_recv(session, bytes, bytes.count) }

    private static func from(_ userData: UnsafeMutableRawPointer?) -> TestClient {
        Unmanaged<TestClient>.fromOpaque(userData.unsafelyUnwrapped).takeUnretainedValue()
    }

    private static var provider: nghttp2_data_provider {
        nghttp2_data_provider(source: nghttp2_data_source(ptr: nil)) { _, id, buffer, length, flags, _, userData in
            let client = TestClient.from(userData)
            guard var body = client.bodies[id], let buffer, let flags else { return -1 }
            let fromBytes = min(length, body.bytes.count - body.offset)
            body.bytes.withUnsafeBufferPointer { bytes in
                if let base = bytes.baseAddress { buffer.update(from: base + body.offset, count: fromBytes) }
            }
            body.offset += fromBytes
            let zeros = min(length - fromBytes, body.zeros)
            (buffer + fromBytes).update(repeating: 0, count: zeros)
            body.zeros -= zeros
            client.bodies[id] = body
            let isAll = body.offset == body.bytes.count && body.zeros == 0
            if isAll, !body.isEnd, fromBytes + zeros == 0 { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
            if isAll, body.isEnd { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
            return fromBytes + zeros
        }
    }

    private static func setCallbacks(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameLength, value, valueLength, _, userData in
            let client = TestClient.from(userData)
            guard let frame else { return -1 }
            let field =
                String(decoding: UnsafeBufferPointer(start: name, count: nameLength), as: UTF8.self) + ": "
                + String(decoding: UnsafeBufferPointer(start: value, count: valueLength), as: UTF8.self)
            let id = frame.pointee.hd.stream_id
            if frame.pointee.headers.cat == NGHTTP2_HCAT_RESPONSE {
                client.answers[id, default: Answer()].fields.append(field)
            } else {
                client.answers[id, default: Answer()].trailers.append(field)
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, start, count, userData in
            let client = TestClient.from(userData)
            client.bodyByteCount[id, default: 0] += count
            if client.keepsBodies {
                client.answers[id, default: Answer()].body.append(
                    contentsOf: UnsafeBufferPointer(start: start, count: count))
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, userData in
            if let frame { TestClient.from(userData).received(frame) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, userData in
            TestClient.from(userData).answers[id, default: Answer()].closeCode = code
            return 0
        }
        // DATA as large as the server allows.
        nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks) {
            _, _, _, connection, stream, size, _ in
            Int(min(connection, stream, Int32(clamping: size)))
        }
    }

    private func received(_ frame: UnsafePointer<nghttp2_frame>) {
        let head = frame.pointee.hd
        switch UInt32(head.type) {
        case NGHTTP2_GOAWAY.rawValue:
            let goAway = frame.pointee.goaway
            let text = UnsafeBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len)
            goAways.append((goAway.last_stream_id, goAway.error_code, String(decoding: text, as: UTF8.self)))
        case NGHTTP2_SETTINGS.rawValue:
            for index in 0..<frame.pointee.settings.niv {
                let entry = frame.pointee.settings.iv[index]
                settings[entry.settings_id] = entry.value
            }
        case NGHTTP2_PING.rawValue: if head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 { pingAcknowledgements += 1 }
        case NGHTTP2_DATA.rawValue: frameLengths[head.stream_id, default: []].append(head.length)
        default: break
        }
    }
}
