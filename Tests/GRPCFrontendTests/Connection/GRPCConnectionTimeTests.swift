import InferenceTypes
import NIOCore
import NIOEmbedded
import Testing

@testable import GRPCFrontend

/// What happens on a connection as time passes.
struct GRPCConnectionTimeTests {
    @Test func aClientThatDoesNotIntroduceItselfIsCutOff() throws {
        let probe = try GRPCProbe()
        try probe.send(Array("PRI * HTTP/2.0\r\n".utf8))
        probe.loop.advanceTime(by: .seconds(9))
        #expect(probe.isOpen)
        probe.loop.advanceTime(by: .seconds(5))
        #expect(!probe.isOpen)
    }

    @Test func aConnectionWithoutCallsIsClosed() throws {
        let probe = try GRPCProbe { $0.limits.idleTimeout = .seconds(100) }
        _ = try probe.answer()
        try probe.advance(.seconds(60))
        _ = try probe.answer()
        probe.client.call([1], path: "/test.Service/Wait")
        try probe.exchange()
        try probe.advance(.seconds(300))
        #expect(probe.isOpen && probe.client.goAways.isEmpty, "a call is open")
        for call in probe.methods.calls { call.call.finish(.ok) }
        try probe.exchange()
        try probe.advance(.seconds(99))
        #expect(probe.client.goAways.isEmpty)
        try probe.advance(.seconds(200))
        #expect(probe.client.goAways.last?.code == 0)
        try probe.advance(.seconds(5))
        #expect(!probe.isOpen)
    }

    /// The clients of Triton's C core send pings to learn their bandwidth, along with data.
    @Test func pingsThatFollowDataAreNoStrikes() throws {
        let probe = try GRPCProbe()
        for _ in 0..<200 {
            _ = try probe.answer()
            probe.client.ping()
            try probe.advance(.milliseconds(10))
        }
        #expect(probe.isOpen && probe.client.goAways.isEmpty)
    }

    @Test func tooManyPingsEndTheConnection() throws {
        let probe = try GRPCProbe()
        probe.client.call([1], path: "/test.Service/Wait")
        try probe.exchange()
        for count in 1...4 {
            probe.client.ping()
            try probe.advance(.seconds(1))
            #expect(probe.client.goAways.isEmpty == (count < 4), "the first is free, and two strikes are")
        }
        #expect(probe.client.goAways.first?.code == 0xb)
        #expect(probe.client.goAways.first?.text == "too_many_pings")
        try probe.advance(.seconds(5))
        #expect(!probe.isOpen)
        #expect(probe.methods.calls.allSatisfy { $0.call.cancellation.isCancelled })
    }

    @Test func flagsAllowMorePings() throws {
        let probe = try GRPCProbe { $0.keepAlive.minimumPingInterval = .milliseconds(500) }
        probe.client.call([1], path: "/test.Service/Wait")
        for _ in 0..<100 {
            probe.client.ping()
            try probe.advance(.seconds(1))
        }
        #expect(probe.client.goAways.isEmpty)
        let unlimited = try GRPCProbe { $0.keepAlive.maximumPingStrikes = 0 }
        for _ in 0..<100 {
            unlimited.client.ping()
            try unlimited.advance(.seconds(1))
        }
        #expect(unlimited.client.goAways.isEmpty)
        for call in probe.methods.calls { call.call.finish(.ok) }
    }

    @Test func aSilentClientWithCallsIsPinged() throws {
        let probe = try GRPCProbe {
            $0.keepAlive.time = .seconds(10)
            $0.keepAlive.timeout = .seconds(5)
        }
        try probe.exchange()
        try probe.advance(.seconds(100))
        #expect(probe.client.pings == 0, "there are no calls")
        probe.client.call([1], path: "/test.Service/Wait")
        try probe.exchange()
        try probe.advance(.seconds(11))
        #expect(probe.client.pings == 1)
        try probe.advance(.seconds(8))
        #expect(probe.isOpen, "the client has answered")
        try probe.advance(.seconds(3))
        #expect(probe.client.pings == 2)
        try probe.advance(.seconds(100))
        #expect(probe.client.pings == 2, "no more without data")
        for call in probe.methods.calls { call.call.finish(.ok) }
        try probe.exchange()
        #expect(probe.isOpen)
    }

    @Test func aClientThatDoesNotAnswerAPingIsCutOff() throws {
        let probe = try GRPCProbe {
            $0.keepAlive.time = .seconds(10)
            $0.keepAlive.timeout = .seconds(5)
            $0.keepAlive.permitsWithoutCalls = true
        }
        try probe.exchange()
        probe.loop.advanceTime(by: .seconds(10))
        #expect(try !probe.received().isEmpty)
        probe.loop.advanceTime(by: .seconds(4))
        #expect(probe.isOpen)
        probe.loop.advanceTime(by: .seconds(4))
        #expect(!probe.isOpen)
    }

    @Test func anOldConnectionTakesNoFurtherCalls() throws {
        let probe = try GRPCProbe {
            $0.keepAlive.maximumAge = .seconds(100)
            $0.keepAlive.ageGrace = .seconds(30)
        }
        probe.client.call([1], path: "/test.Service/Wait")
        let stuck = probe.client.call([2], path: "/test.Service/Wait")
        try probe.exchange()
        try probe.advance(.seconds(89))
        #expect(probe.client.goAways.isEmpty)
        try probe.advance(.seconds(22))
        #expect(probe.client.goAways.last?.code == 0)
        let call = try #require(probe.methods.calls.first)
        call.call.finish(with: GRPCMessage(head: [1]))
        try probe.exchange()
        #expect(probe.client.answers.values.contains { $0.messages == [[1]] }, "open calls get to finish")
        #expect(probe.isOpen)
        try probe.advance(.seconds(35))
        try probe.advance(.seconds(3))
        #expect(!probe.isOpen)
        #expect(probe.client.answers[stuck]?.status == nil)
        #expect(probe.methods.calls.allSatisfy { $0 === call || $0.call.cancellation.isCancelled })
    }

    @Test func aMessageThatStopsEndsItsCall() throws {
        let probe = try GRPCProbe()
        let halfMessage = probe.client.request(body: [0, 0, 0, 1, 0, 7], isEnd: false)
        let noMessage = probe.client.request(body: [], isEnd: false)
        let stream = probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        let waiting = probe.client.call([1], path: "/test.Service/Wait")
        try probe.exchange()
        try probe.advance(.seconds(20))
        try probe.advance(.seconds(20))
        #expect(probe.client.answers[halfMessage]?.status == "1")
        #expect(probe.client.answers[noMessage]?.status == "1")
        #expect(probe.client.answers[stream]?.status == nil, "a stream may be silent between messages")
        #expect(probe.client.answers[waiting]?.status == nil, "it is the server's turn")
        for call in probe.methods.calls { call.call.finish(.ok) }
        try probe.exchange()
        #expect(try probe.answer([1]).status == "0")
    }

    @Test func aSlowMessageThatMovesIsReceived() throws {
        let probe = try GRPCProbe()
        let message = Array(repeating: UInt8(1), count: 20_000)
        let framed = HTTP2TestClient.framed(message)
        let id = probe.client.request(body: [], isEnd: false)
        for start in stride(from: 0, to: framed.count, by: 2000) {
            let end = min(start + 2000, framed.count)
            probe.client.send(Array(framed[start..<end]), isEnd: end == framed.count, on: id)
            try probe.exchange()
            try probe.advance(.seconds(19))
        }
        #expect(probe.client.answers[id]?.messages == [message])
    }

    @Test func anAnswerThatIsNotTakenIsGivenUp() throws {
        let client = HTTP2TestClient(window: 100, readsBodies: false)
        let probe = try GRPCProbe(client: client)
        let id = client.call(Array(repeating: 1, count: 1000))
        try probe.exchange()
        #expect(client.answers[id]?.body.count == 100)
        try probe.advance(.seconds(59))
        #expect(client.answers[id]?.closeCode == nil)
        for _ in 0..<3 { try probe.advance(.seconds(60)) }
        #expect(client.answers[id]?.closeCode == 8)
        #expect(probe.handler.calls.isEmpty)
        #expect(probe.isOpen)
    }

    @Test func headerFieldsThatTrickleEndTheConnection() throws {
        let probe = try GRPCProbe()
        try probe.exchange()
        // HEADERS without the flag END_HEADERS, of which one byte comes each second.
        try probe.send([0, 0, 200, 1, 0, 0, 0, 0, 1])
        for _ in 0..<50 where probe.isOpen {
            try probe.send([0x83])
            probe.loop.advanceTime(by: .seconds(1))
        }
        #expect(!probe.isOpen)
    }

    @Test func drainingFinishesWhatIsOpen() throws {
        let probe = try GRPCProbe()
        let id = probe.client.call([1], path: "/test.Service/Wait")
        try probe.exchange()
        probe.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        try probe.exchange()
        #expect(probe.client.goAways.last?.code == 0)
        #expect(probe.isOpen)
        probe.methods.calls.first?.call.finish(with: GRPCMessage(head: [6]))
        try probe.exchange()
        #expect(probe.client.answers[id]?.messages == [[6]])
        try probe.advance(.seconds(3))
        #expect(!probe.isOpen)
    }

    @Test func callsHearThatTheServerStops() throws {
        let probe = try GRPCProbe()
        for _ in 0..<3 {
            _ = probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        }
        try probe.exchange()
        let first = probe.methods.calls
        #expect(first.map(\.events) == [[], [], []])
        probe.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(first.map(\.events) == [["stops"], ["stops"], ["stops"]])
        // The client has not heard of it yet.
        _ = probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        try probe.exchange()
        #expect(probe.methods.calls.last?.events == ["stops"])
        for call in probe.methods.calls { call.call.finish(.ok) }
        try probe.exchange()
        try probe.advance(.seconds(3))
        #expect(!probe.isOpen)
    }

    @Test func drainingClosesAClientThatDoesNotAnswer() throws {
        let probe = try GRPCProbe()
        try probe.exchange()
        probe.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        probe.loop.advanceTime(by: .seconds(2))
        probe.loop.advanceTime(by: .seconds(2))
        #expect(!probe.isOpen)
    }
}
