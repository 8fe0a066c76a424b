import CNghttp2
import HTTP2Codec
import InferenceTypes
import Testing

/// Streams that end before their time, and the end of a connection.
@Suite struct HTTP2ResetTests {
    private final class Owner {}

    @Test func aCancelledStreamIsForgottenWithItsData() throws {
        let client = TestClient()
        let server = try TestServer()
        server.keepsPayloads = false
        weak var owner: Owner?
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_000_000, alignment: 64)
        defer { memory.deallocate() }
        server.answer = { server, stream in
            let kept = Owner()
            owner = kept
            server.answerUnary(stream, head: [1], parts: [TensorBytes(UnsafeRawBufferPointer(memory), owner: kept)])
        }
        let id = client.request([1])
        server.receive(client.takeOutput())
        client.receive(server.takeOutput(budget: 20000))
        #expect(owner != nil)
        client.reset(id)
        server.receive(client.takeOutput())
        #expect(owner == nil)
        #expect(server.events.last == .closed(id, .cancel))
        let stream = try #require(server.streams[id])
        #expect(stream.isClosed)
        #expect(stream.pendingByteCount == 0)
        // What comes too late is ignored.
        server.session.submitData([1], on: stream)
        server.session.submitEnd(on: stream)
        server.session.consume(1, on: stream)
        server.session.reset(stream, .cancel)
        exchange(client, server)
        #expect(server.closeCount[id] == 1)
        #expect(server.failure == nil)
    }

    /// Stops at every byte budget, so that the reset falls between the frames and before a frame's payload.
    @Test(arguments: [1, 20, 60, 100, 16000, 16384, 16500, 33000])
    func theServerMayResetAtAnyPoint(budget: Int) throws {
        let client = TestClient()
        let server = try TestServer()
        let tensor = TensorBytes(copying: [UInt8](repeating: 1, count: 50000))
        server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: [tensor, tensor]) }
        exchange(client, server)
        let id = client.request([1])
        let other = client.request([1])
        server.receive(client.takeOutput())
        _ = server.session.writeOutput(to: server, budget: budget, server)
        server.session.reset(try #require(server.streams[id]), .cancel)
        let output = server.takeOutput()
        let resets = RawFrames.frames(of: output).filter { $0.type == 3 }
        #expect(resets == [RawFrames.Frame(type: 3, stream: UInt32(id), payload: [0, 0, 0, 8])])
        client.receive(output)
        exchange(client, server)
        #expect(client.answers[id]?.closeCode == NGHTTP2_CANCEL.rawValue)
        #expect(server.events.contains(.closed(id, .cancel)))
        #expect(client.answers[other]?.body.count == 100_001)
        #expect(client.answers[other]?.closeCode == 0)
        #expect(server.session.openStreamCount == 0)
    }

    /// The client cancels while a frame of the stream is half way out.
    @Test(arguments: [1, 20, 60, 100, 16000, 16384, 16500, 33000])
    func theClientMayCancelAtAnyPoint(budget: Int) throws {
        let client = TestClient()
        let server = try TestServer()
        let tensor = TensorBytes(copying: [UInt8](repeating: 1, count: 50000))
        server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: [tensor, tensor]) }
        exchange(client, server)
        let id = client.request([1])
        let other = client.request([1])
        server.receive(client.takeOutput())
        _ = server.session.writeOutput(to: server, budget: budget, server)
        client.reset(id)
        server.receive(client.takeOutput())
        exchange(client, server)
        #expect(server.events.contains(.closed(id, .cancel)))
        #expect(client.answers[other]?.body.count == 100_001)
        #expect(client.answers[other]?.closeCode == 0)
        #expect(server.session.openStreamCount == 0)
    }

    /// A request that is refused before its body has come.
    @Test func anEarlyAnswerStopsTheBody() throws {
        let client = TestClient()
        let server = try TestServer()
        server.recordsData = false
        server.onRequest = { server, stream in
            server.session.submitHeaders([":status": "200", "grpc-status": "16"], isEnd: true, on: stream)
        }
        exchange(client, server)
        let id = client.request(body: TestClient.Body(zeros: 100 << 20))
        exchange(client, server)
        #expect(client.answers[id]?.fields == [":status: 200", "grpc-status: 16"])
        #expect(client.answers[id]?.closeCode == 0)
        #expect(server.events.last == .closed(id, .noError))
        #expect(server.receivedByteCount[id] == nil || server.receivedByteCount[id].map { $0 < 2 << 20 } == true)
        // What was thrown away still counts as read.
        #expect(nghttp2_session_get_remote_window_size(client.session) > 8 << 20)
    }

    @Test func trailersAboveTheLibrarysLimitResetTheStream() throws {
        let client = TestClient()
        let server = try TestServer()
        server.answer = { server, stream in
            server.session.submitHeaders([":status": "200"], on: stream)
            server.session.submitEnd(
                trailers: ["grpc-message": String(repeating: "x", count: 200_000)], on: stream)
        }
        let id = client.request([1])
        exchange(client, server)
        #expect(client.answers[id]?.closeCode == NGHTTP2_INTERNAL_ERROR.rawValue)
        #expect(server.session.openStreamCount == 0)
    }

    @Test func aGracefulEndLosesNoRequest() throws {
        let client = TestClient()
        let server = try TestServer()
        var waiting: [HTTP2Stream] = []
        server.answer = { _, stream in waiting.append(stream) }
        exchange(client, server)
        let early = client.request([1])
        server.receive(client.takeOutput())

        server.session.shutDownGracefully()
        // This request is on its way before the client knows.
        let crossing = client.request([2])
        let late = client.takeOutput()
        client.receive(server.takeOutput())
        #expect(client.goAways.map(\.lastStream) == [.max])
        server.receive(late)
        exchange(client, server)
        #expect(client.goAways.map(\.lastStream) == [.max, crossing])
        #expect(client.goAways.map(\.code) == [0, 0])
        #expect(waiting.map(\.id) == [early, crossing])
        #expect(nghttp2_session_check_request_allowed(client.session) == 0)
        #expect(server.session.wantsRead)

        for stream in waiting { server.answerUnary(stream, head: [1], parts: []) }
        exchange(client, server)
        #expect(client.answers[early]?.closeCode == 0)
        #expect(client.answers[crossing]?.closeCode == 0)
        #expect(client.answers[crossing]?.trailers == ["grpc-status: 0"])
        #expect(!server.session.wantsRead)
        #expect(!server.session.wantsWrite)
        #expect(server.failure == nil)
    }

    @Test func anIdleConnectionStaysOpenUntilTheClientHasHeardOfTheEnd() throws {
        let client = TestClient()
        let server = try TestServer()
        exchange(client, server)
        server.session.shutDownGracefully()
        #expect(server.session.wantsWrite)
        let notice = server.takeOutput()
        #expect(server.session.wantsRead)
        client.receive(notice)
        exchange(client, server)
        #expect(!server.session.wantsRead)
        #expect(!server.session.wantsWrite)
    }

    @Test func anEndAtOnceSaysWhy() throws {
        let client = TestClient()
        let server = try TestServer()
        exchange(client, server)
        let id = client.request([1])
        server.receive(client.takeOutput())
        server.session.shutDown(.enhanceYourCalm, "too_many_pings")
        client.receive(server.takeOutput())
        #expect(client.goAways.map(\.text) == ["too_many_pings"])
        #expect(client.goAways.map(\.code) == [NGHTTP2_ENHANCE_YOUR_CALM.rawValue])
        #expect(!server.session.wantsRead)
        #expect(!server.session.wantsWrite)
        #expect(server.failure == nil)
        server.session.close(.cancel, server)
        #expect(server.events.last == .closed(id, .cancel))
        #expect(server.session.openStreamCount == 0)
    }

    @Test func goAwayOfTheClientIsTold() throws {
        let client = TestClient()
        let server = try TestServer()
        exchange(client, server)
        nghttp2_submit_goaway(client.session, 0, 0, 2, nil, 0)
        server.receive(client.takeOutput())
        #expect(server.events == [.goAway(.internalError)])
    }
}
