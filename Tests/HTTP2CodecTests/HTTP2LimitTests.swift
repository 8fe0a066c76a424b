import CNghttp2
import HTTP2Codec
import Testing

/// Each limit with a client that breaks it, and with one that does not.
@Suite struct HTTP2LimitTests {
    private let second: UInt64 = 1_000_000_000

    /// Feeds the frames and expects the connection to end for the reason.
    private func expectCalm(
        _ server: TestServer, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(server.failure?.code == .enhanceYourCalm, sourceLocation: sourceLocation)
        #expect(
            server.failure?.reason.contains(reason) == true, "\(server.failure as Any)", sourceLocation: sourceLocation)
        let goAway = RawFrames.GoAway(code: HTTP2ErrorCode.enhanceYourCalm.rawValue, text: server.failure?.reason ?? "")
        #expect(RawFrames.lastGoAway(of: server.takeOutput()) == goAway, sourceLocation: sourceLocation)
        #expect(!server.session.wantsRead, sourceLocation: sourceLocation)
        #expect(!server.session.wantsWrite, sourceLocation: sourceLocation)
        // Whatever comes now is ignored.
        let events = server.events.count
        server.receive(RawFrames.start.bytes)
        #expect(server.events.count == events, sourceLocation: sourceLocation)
    }

    @Test func moreStreamsThanAllowedAreRefusedAndMayBeRetried() throws {
        var limits = HTTP2Limits()
        limits.maximumStreams = 10
        let client = TestClient()
        let server = try TestServer(limits: limits)
        // Before the client has heard of the limit.
        let ids = (0..<30).map { _ in client.request([1]) }
        exchange(client, server)
        #expect(server.session.openStreamCount == 10)
        #expect(ids.filter { client.answers[$0]?.closeCode == NGHTTP2_REFUSED_STREAM.rawValue }.count == 20)
        #expect(server.failure == nil)
        for id in ids.prefix(10) { server.answerUnary(try #require(server.streams[id]), head: [1], parts: []) }
        exchange(client, server)
        let again = client.request([1])
        exchange(client, server)
        #expect(server.streams[again] != nil)
    }

    @Test func aRequestWithTooManyBytesOfFieldsIsMarked() throws {
        var limits = HTTP2Limits()
        limits.headerListByteCount = 20_000
        let client = TestClient()
        let server = try TestServer(limits: limits)
        server.answer = { server, stream in
            server.session.submitHeaders([":status": "200", "grpc-status": "8"], isEnd: true, on: stream)
        }
        let value = String(repeating: "x", count: 5000)
        let large = client.request(TestClient.grpcFields + (0..<8).map { ("key-\($0)", value) }, body: nil)
        let next = client.request(body: nil)
        exchange(client, server)
        #expect(
            server.events.compactMap { event in
                if case .request(let id, let fields, let exceeds) = event {
                    "\(id) \(exceeds) \(fields.count < 12)"
                } else {
                    nil
                }
            } == ["\(large) true true", "\(next) false true"])
        #expect(client.answers[large]?.fields == [":status: 200", "grpc-status: 8"])
        #expect(client.answers[next]?.closeCode == 0)
        #expect(server.failure == nil)
    }

    @Test func aRequestWithTooManyFieldsIsMarked() throws {
        var limits = HTTP2Limits()
        limits.headerFieldCount = 12
        for (extra, exceeds) in [(8, false), (9, true)] {
            let server = try TestServer(limits: limits)
            var frames = RawFrames.start
            frames.headers(RawFrames.request((0..<extra).map { ("k\($0)", "") }), stream: 1)
            server.receive(frames.bytes)
            guard case .request(1, let fields, exceeds) = server.events.first else {
                Issue.record("\(server.events)")
                return
            }
            #expect(fields.count == 12)
        }
    }

    /// One large field in the table, then references to it, a byte each.
    @Test func aBlockThatExpandsWithoutBoundEndsTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        let large = RawFrames.literal("bomb", String(repeating: "b", count: 3900), isIndexed: true)
        frames.headers(RawFrames.request() + large + [UInt8](repeating: 0x80 | 62, count: 12000), stream: 1)
        server.receive(frames.bytes)
        expectCalm(server, "expands to more than")
        #expect(server.streams.isEmpty)
    }

    @Test func aBlockOfManyFramesEndsTheConnection() throws {
        for (count, isRefused) in [(8, false), (9, true)] {
            let server = try TestServer()
            var frames = RawFrames.start
            frames.add(type: 1, flags: 1, stream: 1, RawFrames.request())
            for index in 1...count { frames.add(type: 9, flags: index == count ? 4 : 0, stream: 1) }
            server.receive(frames.bytes)
            if isRefused {
                expectCalm(server, "more than 8 CONTINUATION frames")
            } else {
                #expect(server.failure == nil)
                #expect(server.streams[1] != nil)
            }
        }
    }

    @Test func aBlockLargerThanFieldsMayBeEndsTheConnection() throws {
        let server = try TestServer()
        let client = TestClient()
        exchange(client, server)
        var frames = RawFrames()
        frames.add(type: 1, flags: 1, stream: 1, RawFrames.request())
        frames.add(type: 9, flags: 0, stream: 1, RawFrames.literal("a", String(repeating: "b", count: 300_000)))
        server.receive(frames.bytes)
        expectCalm(server, "header block of more than 262144 bytes")
    }

    @Test func rapidResetsEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for index in 0..<2000 {
            frames.headers(stream: Int32(index * 2 + 1))
            frames.reset(stream: Int32(index * 2 + 1))
        }
        server.receive(frames.bytes)
        expectCalm(server, "too many RST_STREAM frames")
        #expect(server.streams.count < 600)
        #expect(server.closeCount.count >= server.streams.count - 1)
    }

    @Test func threeHundredCancelledCallsInThirtySecondsAreFine() throws {
        let client = TestClient()
        let server = try TestServer()
        exchange(client, server)
        for burst in 0..<30 {
            let ids = (0..<10).map { _ in client.request([1]) }
            exchange(client, server)
            for id in ids { client.reset(id) }
            exchange(client, server)
            server.now = UInt64(burst + 1) * second
        }
        // And 300 at once.
        let ids = (0..<300).map { _ in client.request([1]) }
        exchange(client, server)
        for id in ids { client.reset(id) }
        exchange(client, server)
        #expect(server.failure == nil)
        #expect(server.closeCount.count == 600)
    }

    /// A client that sends each request twice and cancels the slower one.
    @Test func aClientThatHedgesItsRequestsIsFine() throws {
        let client = TestClient()
        let server = try TestServer()
        server.answer = { server, stream in
            if stream.id % 4 == 1 { server.answerUnary(stream, head: [1], parts: []) }
        }
        exchange(client, server)
        for _ in 0..<3000 {
            client.request([1])
            let slower = client.request([1])
            exchange(client, server)
            client.reset(slower)
            exchange(client, server)
        }
        #expect(server.failure == nil)
    }

    /// Requests that the server has to reset, without the client sending a single RST_STREAM.
    @Test func requestsThatMakeTheServerResetCountAsResets() throws {
        let server = try TestServer()
        server.receive(RawFrames.start.bytes)
        for index in 0..<2000 where server.failure == nil {
            var frames = RawFrames()
            // No `:path`.
            frames.headers([0x83, 0x86], stream: Int32(index * 2 + 1))
            server.receive(frames.bytes)
            while server.failure == nil, server.session.writeOutput(to: server, budget: 1 << 16, server) > 0 {}
        }
        expectCalm(server, "frames that break the rules of their stream")
    }

    @Test func pingsWithoutDataEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for _ in 0..<101 { frames.ping() }
        server.receive(frames.bytes)
        expectCalm(server, "too many PING frames")
    }

    /// Data makes one PING free, not all that follow.
    @Test func pingsLongAfterDataEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        frames.headers(stream: 1)
        frames.data([1], stream: 1)
        for _ in 0..<101 { frames.ping() }
        server.receive(frames.bytes)
        #expect(server.failure == nil)
        frames = RawFrames()
        frames.ping()
        server.receive(frames.bytes)
        expectCalm(server, "too many PING frames")
    }

    @Test func pingsAtARateOfKeepAliveAreFine() throws {
        let client = TestClient()
        let server = try TestServer()
        for step in 1...3000 {
            server.now = UInt64(step) * second / 4
            client.ping()
            exchange(client, server)
        }
        #expect(client.pingAcknowledgements == 3000)
        #expect(server.failure == nil)
    }

    /// gRPC's clients measure the bandwidth by a PING for each round trip while data flows, in either direction.
    @Test func pingsAlongWithDataAreFine() throws {
        let client = TestClient()
        let server = try TestServer()
        server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: []) }
        let upload = client.request(body: TestClient.Body(isEnd: false))
        for _ in 0..<1000 {
            client.send([1, 2, 3], isEnd: false, on: upload)
            client.ping()
            exchange(client, server)
        }
        let download = client.request([1])
        exchange(client, server)
        for _ in 0..<1000 {
            client.request([1])
            exchange(client, server)
            client.ping()
            exchange(client, server)
        }
        #expect(client.pingAcknowledgements == 2000)
        #expect(client.answers[download]?.closeCode == 0)
        #expect(server.failure == nil)
    }

    @Test func acknowledgementsOfNoPingCountAsPings() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for _ in 0..<101 { frames.add(type: 6, flags: 1, [UInt8](repeating: 0, count: 8)) }
        server.receive(frames.bytes)
        expectCalm(server, "too many PING frames")
    }

    @Test func tooManySettingsEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for _ in 0..<100 { frames.add(type: 4) }
        server.receive(frames.bytes)
        expectCalm(server, "too many SETTINGS frames")
    }

    @Test func tooManyPrioritiesEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for index in 0..<201 { frames.priority(stream: Int32(index * 2 + 1)) }
        server.receive(frames.bytes)
        expectCalm(server, "too many PRIORITY frames")
    }

    @Test func tooManyGoAwaysEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for _ in 0..<201 { frames.add(type: 7, [UInt8](repeating: 0, count: 8)) }
        server.receive(frames.bytes)
        expectCalm(server, "too many frames of type 7")
    }

    @Test func framesOfUnknownTypesAreSkipped() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for _ in 0..<5000 { frames.add(type: 0xbb, stream: 3, [1, 2, 3]) }
        frames.headers(end: true, stream: 1)
        server.receive(frames.bytes)
        #expect(server.failure == nil)
        #expect(server.events.last == .end(1))
        #expect(server.takeOutput().count < 100)
    }

    @Test func tooManyWindowUpdatesEndTheConnection() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for _ in 0..<1001 { frames.windowUpdate() }
        server.receive(frames.bytes)
        expectCalm(server, "too many WINDOW_UPDATE frames")
    }

    @Test func windowUpdatesThatAnswersCauseAreNoFlood() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        frames.headers(stream: 1)
        server.receive(frames.bytes)
        let stream = try #require(server.streams[1])
        server.session.submitHeaders([":status": "200"], on: stream)
        for _ in 0..<1000 {
            server.session.submitData([1, 2, 3], on: stream)
            _ = server.takeOutput()
            var updates = RawFrames()
            for _ in 0..<10 { updates.windowUpdate() }
            server.receive(updates.bytes)
        }
        #expect(server.failure == nil)
    }

    @Test(arguments: [false, true]) func tooManyEmptyFramesEndTheConnection(isPadded: Bool) throws {
        let server = try TestServer()
        var frames = RawFrames.start
        frames.headers(stream: 1)
        for _ in 0..<101 {
            if isPadded { frames.add(type: 0, flags: 8, stream: 1, [3, 0, 0, 0]) } else { frames.data([], stream: 1) }
        }
        server.receive(frames.bytes)
        expectCalm(server, "too many DATA frames without data")
    }

    @Test func ratesRecoverWithTime() throws {
        var limits = HTTP2Limits()
        limits.settings = HTTP2Rate(burst: 2, perSecond: 1)
        let server = try TestServer(limits: limits)
        server.receive(RawFrames.start.bytes)
        var settings = RawFrames()
        settings.add(type: 4)
        server.receive(settings.bytes)
        for step in 1...10 {
            server.now = UInt64(step) * second
            server.receive(settings.bytes)
        }
        #expect(server.failure == nil)
        server.receive(settings.bytes)
        expectCalm(server, "more than 2 at once and 1 a second")
    }

    @Test func aClientThatNeverReadsAcknowledgementsIsCutOff() throws {
        var limits = HTTP2Limits()
        limits.pings = HTTP2Rate(burst: 1_000_000, perSecond: 1)
        let server = try TestServer(limits: limits)
        var frames = RawFrames.start
        for _ in 0..<2000 { frames.ping() }
        server.receive(frames.bytes)
        #expect(server.failure?.code == .enhanceYourCalm)
        #expect(
            server.failure?.reason.contains("1000 frames wait") == true
                || server.failure?.reason.contains("flood") == true)
    }

    @Test func aClientThatNeverReadsResetsIsCutOff() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        for index in 0..<2000 { frames.headers([0x83, 0x86], stream: Int32(index * 2 + 1)) }
        server.receive(frames.bytes)
        expectCalm(server, "1000 frames wait")
    }

    @Test func otherProtocolsAreNamed() throws {
        let server = try TestServer()
        server.receive(Array("GET /v2/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(server.failure?.code == .protocolError)
        #expect(server.failure?.reason.contains("does not speak HTTP/2") == true)
        _ = server.takeOutput()
        #expect(!server.session.wantsRead)
        #expect(!server.session.wantsWrite)
    }

    @Test func aBrokenRuleOfTheProtocolIsNamed() throws {
        let server = try TestServer()
        var frames = RawFrames.start
        frames.data([1], stream: 0)
        server.receive(frames.bytes)
        let client = TestClient()
        client.receive(server.takeOutput())
        #expect(server.failure?.code == .protocolError)
        #expect(server.failure?.reason.hasPrefix("the client broke a rule of HTTP/2: DATA") == true)
        #expect(client.goAways.map(\.code) == [NGHTTP2_PROTOCOL_ERROR.rawValue])
        #expect(!server.session.wantsRead)
        #expect(!server.session.wantsWrite)
    }
}
