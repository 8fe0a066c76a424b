import CNghttp2
import HTTP2Codec
import InferenceTesting
import InferenceTypes
import Testing

/// Whole requests and answers against nghttp2's own client.
@Suite struct HTTP2ExchangeTests {
    /// Bytes that tell their position.
    private func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test func anExchangeOfOneMessageEachWayArrivesWhole() throws {
        let client = TestClient()
        let server = try TestServer()
        let tensor = TensorBytes(copying: pattern(1000))
        server.answer = { server, stream in server.answerUnary(stream, head: [1, 2, 3], parts: [tensor]) }
        let id = client.request([9, 8, 7])
        exchange(client, server)

        let fields = TestClient.grpcFields.map { ServerEvent.Field(name: $0.0, value: $0.1) }
        #expect(
            server.events == [
                .request(id, fields, exceedsLimits: false), .data(id, [9, 8, 7]), .end(id), .closed(id, .noError),
            ])
        #expect(
            client.answers[id]
                == TestClient.Answer(
                    fields: [":status: 200", "content-type: application/grpc"], body: [1, 2, 3] + pattern(1000),
                    trailers: ["grpc-status: 0"], closeCode: 0))
        // The tensor's memory itself was given to the sink.
        #expect(server.payloads.map(\.pointer.baseAddress) == [tensor.pointer.baseAddress])
        #expect(server.session.openStreamCount == 0)
    }

    @Test func knownFieldsAreFoundByName() throws {
        let client = TestClient()
        let server = try TestServer()
        var found: [String?] = []
        server.onRequest = { server, stream in }
        let finder = FieldFinder()
        client.request(body: nil)
        client.takeOutput().withUnsafeBytes { server.session.receive($0, at: 0, finder) }
        found = HTTP2FieldName.allCases.map { finder.values[$0] ?? nil }
        #expect(
            found == [
                "POST", "http", "localhost:8001", "/inference.GRPCInferenceService/ModelInfer", "application/grpc", nil,
                "trailers", "grpc-c++/1.62", nil, nil, "identity, deflate, gzip",
            ])
        #expect(
            finder.known
                == TestClient.grpcFields.map { field in HTTP2FieldName.allCases.first { "\($0.text)" == field.0 } })
    }

    @Test(arguments: [0, 1, 16383, 16384, 16385, 70000, 1 << 20, (1 << 20) + 1, 5_000_000])
    func bodiesOfAnySizeArriveWhole(byteCount: Int) throws {
        let client = TestClient(settings: [
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 30), (NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 1 << 20),
        ])
        let server = try TestServer()
        let body = pattern(byteCount)
        server.answer = { server, stream in
            server.session.submitHeaders([":status": "200"], on: stream)
            server.session.submitData(TensorBytes(copying: body), on: stream)
            server.session.submitEnd(on: stream)
        }
        exchange(client, server)
        let id = client.request(body)
        exchange(client, server)
        #expect(server.receivedByteCount[id] ?? 0 == byteCount)
        if byteCount > 0 { #expect(server.events.contains(.data(id, body))) }
        #expect(client.answers[id]?.body == body)
        #expect(client.answers[id]?.closeCode == 0)
        #expect(client.answers[id]?.trailers == [])
    }

    @Test func settingsAnnounceTheLimits() throws {
        var limits = HTTP2Limits()
        limits.maximumStreams = 7
        let client = TestClient()
        let server = try TestServer(limits: limits)
        exchange(client, server)
        #expect(client.settings[Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue)] == 7)
        #expect(client.settings[Int32(NGHTTP2_SETTINGS_MAX_FRAME_SIZE.rawValue)] == 1 << 20)
        #expect(client.settings[Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue)] == 8 << 20)
        #expect(client.settings[Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue)] == 64 << 10)
        #expect(nghttp2_session_get_remote_window_size(client.session) == 16 << 20)
    }

    @Test func anAnswerMayBeHeaderFieldsAlone() throws {
        let client = TestClient()
        let server = try TestServer()
        server.answer = { server, stream in
            server.session.submitHeaders([":status": "200", "grpc-status": "12"], isEnd: true, on: stream)
        }
        let id = client.request([1])
        exchange(client, server)
        #expect(client.answers[id] == TestClient.Answer(fields: [":status: 200", "grpc-status: 12"], closeCode: 0))
    }

    @Test func aStreamedAnswerWaitsForData() throws {
        let client = TestClient()
        let server = try TestServer()
        server.answer = { server, stream in server.session.submitHeaders([":status": "200"], on: stream) }
        let id = client.request([1])
        exchange(client, server)
        let stream = try #require(server.streams[id])
        for step in 1...5 {
            #expect(!server.session.wantsWrite)
            server.session.submitData([UInt8(step)], on: stream)
            #expect(stream.pendingByteCount == 1)
            #expect(server.session.wantsWrite)
            exchange(client, server)
            #expect(stream.pendingByteCount == 0)
            #expect(client.answers[id]?.body == (1...UInt8(step)).map { $0 })
        }
        server.session.submitEnd(trailers: ["grpc-status": "0"], on: stream)
        exchange(client, server)
        #expect(client.answers[id]?.trailers == ["grpc-status: 0"])
        #expect(client.answers[id]?.closeCode == 0)
        #expect(client.frameLengths[id]?.filter { $0 > 0 } == [1, 1, 1, 1, 1])
    }

    @Test func manyStreamsAtOnceKeepTheirBytesApart() throws {
        var generator = SeededGenerator(seed: 7)
        let client = TestClient()
        let server = try TestServer()
        var received: [Int32: [UInt8]] = [:]
        server.onData = { _, stream, bytes in received[stream.id, default: []] += bytes }
        server.answer = { server, stream in
            let body = received[stream.id] ?? []
            let middle = body.count / 2
            server.answerUnary(stream, head: Array(body[..<middle]), parts: [TensorBytes(copying: body[middle...])])
        }
        var sent: [Int32: [UInt8]] = [:]
        for _ in 0..<300 {
            let body = pattern(Int.random(in: 0...40000, using: &generator), seed: generator.next())
            sent[client.request(body)] = body
            if Bool.random(using: &generator) {
                server.receive(client.takeOutput(limit: Int.random(in: 1...100_000, using: &generator)))
                client.receive(server.takeOutput(budget: Int.random(in: 1...100_000, using: &generator)))
            }
        }
        exchange(client, server, budget: 30000)
        #expect(sent.count == 300)
        for (id, body) in sent {
            #expect(client.answers[id]?.body == body)
            #expect(client.answers[id]?.trailers == ["grpc-status: 0"])
            #expect(client.answers[id]?.closeCode == 0)
        }
        #expect(server.failure == nil)
        #expect(server.session.openStreamCount == 0)
    }

    @Test func oneByteAtATimeGivesTheSameEventsAndOutput() throws {
        let client = TestClient()
        for size in [0, 1, 100, 3000] { client.request(pattern(size)) }
        client.ping()
        let cancelled = client.request(body: TestClient.Body(bytes: [5], isEnd: false))
        var input = client.takeOutput()
        client.reset(cancelled)
        input += client.takeOutput()

        func run(_ pieces: [ArraySlice<UInt8>]) throws -> (events: [ServerEvent], output: [UInt8]) {
            let server = try TestServer()
            server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: []) }
            for piece in pieces { server.receive(piece) }
            return (server.events, server.takeOutput())
        }
        let whole = try run([input[...]])
        let single = try run(input.indices.map { input[$0...$0] })
        #expect(whole.events.count > 12)
        #expect(single.events == whole.events)
        #expect(single.output == whole.output)
    }

    @Test func pingsAreAnsweredAndAcknowledged() throws {
        let client = TestClient()
        let server = try TestServer()
        client.ping()
        server.session.submitPing(42)
        exchange(client, server)
        #expect(client.pingAcknowledgements == 1)
        #expect(server.events == [.ping, .pingAcknowledgement(42)])
    }
}

private final class FieldFinder: HTTP2SessionDelegate {
    var values: [HTTP2FieldName: String?] = [:]
    var known: [HTTP2FieldName?] = []

    func received(_ block: HTTP2HeaderBlock, on stream: HTTP2Stream) {
        for name in HTTP2FieldName.allCases {
            values[name] = block.value(of: name).map { String(decoding: $0, as: UTF8.self) }
        }
        known = (0..<block.count).map { block[$0].known }
    }
    func received(_ bytes: UnsafeRawBufferPointer, on stream: HTTP2Stream) {}
    func receivedEnd(on stream: HTTP2Stream) {}
    func closed(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {}
    func receivedPingAcknowledgement(_ payload: UInt64) {}
    func receivedPing() {}
    func receivedGoAway(_ code: HTTP2ErrorCode, _ debugText: UnsafeRawBufferPointer) {}
    func connectionFailed(_ error: HTTP2ConnectionError) {}
}
