import CNghttp2
import HTTP2Codec
import InferenceTypes
import Testing

/// Who may send how much, and that nothing piles up meanwhile.
@Suite struct HTTP2FlowControlTests {
    @Test func aCallThatDoesNotReadStopsItsClient() throws {
        var settings = HTTP2Settings()
        (settings.streamWindow, settings.connectionWindow) = (100_000, 250_000)
        let client = TestClient()
        let server = try TestServer(settings: settings)
        server.consumesAtOnce = false
        server.recordsData = false
        exchange(client, server)

        let first = client.request(body: TestClient.Body(zeros: 1_000_000))
        let second = client.request(body: TestClient.Body(zeros: 1_000_000))
        exchange(client, server)
        #expect(server.receivedByteCount == [first: 100_000, second: 100_000])

        // A third stream has its own window, within what is left of the connection's.
        let third = client.request(body: TestClient.Body(zeros: 1_000_000))
        exchange(client, server)
        #expect(server.receivedByteCount[third] == 50_000)

        let firstStream = try #require(server.streams[first])
        server.session.consume(60_000, on: firstStream)
        exchange(client, server)
        // The third is stopped by the connection only, so both compete for what has become free.
        #expect(server.receivedByteCount.values.reduce(0, +) <= 310_000)
        #expect(server.receivedByteCount[second] == 100_000)

        server.consumesAtOnce = true
        for id in [first, second, third] {
            server.session.consume(.max, on: try #require(server.streams[id]))
        }
        exchange(client, server)
        #expect(server.receivedByteCount == [first: 1_000_000, second: 1_000_000, third: 1_000_000])
        #expect(server.failure == nil)
    }

    @Test func consumingMoreThanWasReceivedGivesNoMore() throws {
        var settings = HTTP2Settings()
        settings.streamWindow = 100_000
        let client = TestClient()
        let server = try TestServer(settings: settings)
        server.consumesAtOnce = false
        server.recordsData = false
        exchange(client, server)
        let id = client.request(body: TestClient.Body(zeros: 1_000_000))
        exchange(client, server)
        for _ in 0..<3 { server.session.consume(1 << 40, on: try #require(server.streams[id])) }
        exchange(client, server)
        #expect(server.receivedByteCount[id] == 200_000)
    }

    @Test func streamsThatEndUnreadGiveTheConnectionItsWindowBack() throws {
        var settings = HTTP2Settings()
        (settings.streamWindow, settings.connectionWindow) = (100_000, 150_000)
        let client = TestClient()
        let server = try TestServer(settings: settings)
        server.consumesAtOnce = false
        server.recordsData = false
        exchange(client, server)
        for round in 0..<20 {
            let id = client.request(body: TestClient.Body(zeros: 1_000_000))
            exchange(client, server)
            #expect(server.receivedByteCount[id] == 100_000)
            let stream = try #require(server.streams[id])
            if round.isMultiple(of: 2) { client.reset(id) } else { server.session.reset(stream, .cancel) }
            exchange(client, server)
            #expect(stream.isClosed)
        }
    }

    /// The client has sent a window's worth before it hears of the reset.
    @Test func dataThatIsThrownAwayGivesTheConnectionItsWindowBack() throws {
        var settings = HTTP2Settings()
        (settings.streamWindow, settings.connectionWindow) = (100_000, 150_000)
        let client = TestClient()
        let server = try TestServer(settings: settings)
        server.consumesAtOnce = false
        server.onRequest = { server, stream in server.session.reset(stream, .refusedStream) }
        exchange(client, server)
        for _ in 0..<10 {
            let id = client.request(body: TestClient.Body(zeros: 1_000_000))
            let input = client.takeOutput()
            #expect(input.count > 100_000)
            server.receive(input)
            exchange(client, server)
            #expect(server.events.last == .closed(id, .refusedStream))
        }
        #expect(server.receivedByteCount.isEmpty)
    }

    @Test func aStreamThatWaitsMayLeaveTheConnectionToOthers() throws {
        var settings = HTTP2Settings()
        (settings.streamWindow, settings.connectionWindow) = (100_000, 150_000)
        let client = TestClient()
        let server = try TestServer(settings: settings)
        server.consumesAtOnce = false
        server.recordsData = false
        exchange(client, server)
        let waiting = client.request(body: TestClient.Body(zeros: 150_000))
        exchange(client, server)
        let stream = try #require(server.streams[waiting])
        // Once is enough, and more changes nothing.
        for _ in 0..<3 { server.session.consumeOnConnection(1 << 40, on: stream) }
        let others = (0..<3).map { _ in client.request(body: TestClient.Body(zeros: 1_000_000)) }
        exchange(client, server)
        #expect(server.receivedByteCount[waiting] == 100_000)
        #expect(others.reduce(0) { $0 + (server.receivedByteCount[$1] ?? 0) } == 150_000)
        // What the stream consumes now was given back to the connection before.
        server.session.consume(100_000, on: stream)
        exchange(client, server)
        #expect(server.receivedByteCount.values.reduce(0, +) == 250_000)
        for id in others { client.reset(id) }
        exchange(client, server)
        #expect(server.receivedByteCount[waiting] == 150_000)
        #expect(server.failure == nil)
    }

    @Test func sixHundredMegabytesComeInSmallPieces() throws {
        let byteCount = 600 << 20
        let client = TestClient()
        let server = try TestServer()
        server.recordsData = false
        var largest = 0
        server.onData = { _, _, bytes in largest = max(largest, bytes.count) }
        exchange(client, server)
        let id = client.request(body: TestClient.Body(zeros: byteCount))
        var mostAtOnce = 0
        while true {
            let piece = client.takeOutput(limit: 1 << 16)
            mostAtOnce = max(mostAtOnce, piece.count)
            server.receive(piece)
            let reply = server.takeOutput()
            client.receive(reply)
            if piece.isEmpty, reply.isEmpty { break }
        }
        #expect(server.receivedByteCount[id] == byteCount)
        #expect(server.events.last == .end(id))
        // The client's frames are the largest that the server allows, and nothing is gathered from them.
        #expect(largest > 1 << 15)
        #expect(largest <= 1 << 20)
    }

    @Test func sixHundredMegabytesGoOutWithinTheBudget() throws {
        let client = TestClient(settings: [(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 8 << 20)])
        nghttp2_session_set_local_window_size(client.session, 0, 0, 16 << 20)
        client.keepsBodies = false
        let server = try TestServer()
        server.keepsPayloads = false
        let block = TensorBytes(copying: [UInt8](repeating: 7, count: 1 << 20))
        server.answer = { server, stream in
            server.session.submitHeaders([":status": "200"], on: stream)
            for _ in 0..<600 { server.session.submitData(block, on: stream) }
            server.session.submitEnd(on: stream)
        }
        let id = client.request([1])
        server.receive(client.takeOutput())
        #expect(server.streams[id]?.pendingByteCount == 600 << 20)
        let frame = 16384 + 9
        while true {
            let count = server.session.writeOutput(to: server, budget: 1 << 16, server)
            #expect(count <= (1 << 16) + frame)
            client.receive(server.output)
            server.output.removeAll(keepingCapacity: true)
            let reply = client.takeOutput()
            server.receive(reply)
            if count == 0, reply.isEmpty { break }
        }
        #expect(client.bodyByteCount[id] == 600 << 20)
        #expect(client.answers[id]?.closeCode == 0)
    }

    @Test func aClientThatReadsNothingHoldsTheAnswerBack() throws {
        let client = TestClient()
        let server = try TestServer()
        let tensor = TensorBytes(copying: [UInt8](repeating: 1, count: 1_000_000))
        server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: [tensor]) }
        let id = client.request([1])
        server.receive(client.takeOutput())
        let output = server.takeOutput()
        // HTTP/2's first window, and the frames around it.
        #expect(output.count < 65535 + 200)
        #expect(server.streams[id]?.pendingByteCount == 1_000_001 - 65535)
        #expect(!server.session.wantsWrite)
        client.receive(output)
        exchange(client, server)
        #expect(client.answers[id]?.body.count == 1_000_001)
    }
}
