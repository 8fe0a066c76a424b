import InferenceTypes
import NIOCore
import NIOEmbedded
import ServerTransport
import Testing

@testable import GRPCFrontend

/// How calls end before their answer: deadlines, cancellation, connections that go.
struct GRPCCallEndingTests {
    @Test func aDeadlineEndsTheCallOnBothSides() throws {
        let probe = try GRPCProbe()
        let early = probe.client.call([1], path: "/test.Service/Wait", adding: [("grpc-timeout", "100m")])
        let late = probe.client.call([2], path: "/test.Service/Stream", adding: [("grpc-timeout", "1S")])
        let never = probe.client.call([3], path: "/test.Service/Wait")
        try probe.exchange()
        try probe.advance(.milliseconds(99))
        #expect(probe.client.answers.isEmpty)
        try probe.advance(.milliseconds(1))
        #expect(probe.client.answers[early]?.status == "4")
        #expect(probe.client.answers[early]?.message == "Deadline Exceeded")
        #expect(probe.client.answers[late] == nil)
        let calls = probe.methods.calls
        #expect(calls.filter { $0.call.cancellation.isCancelled }.map(\.messages) == [[[1]]])
        try probe.advance(.milliseconds(900))
        #expect(probe.client.answers[late]?.status == "4")
        #expect(calls.contains { $0.events == ["end", "cancelled"] })
        // The answer comes too late.
        for call in calls { call.call.finish(with: GRPCMessage(head: [1])) }
        try probe.exchange()
        #expect(probe.client.answers[early]?.messages == [])
        #expect(probe.client.answers[never]?.status == "0")
    }

    @Test func aDeadlineOfNothingHasPassed() throws {
        let probe = try GRPCProbe()
        let id = probe.client.call([1], path: "/test.Service/Wait", adding: [("grpc-timeout", "0n")])
        try probe.exchange()
        try probe.advance(.nanoseconds(1))
        #expect(probe.client.answers[id]?.status == "4")
        for call in probe.methods.calls { call.call.finish(.ok) }
    }

    @Test func anAnsweredCallHasNoDeadlineAnyMore() throws {
        let probe = try GRPCProbe()
        #expect(try probe.answer(adding: [("grpc-timeout", "1S")]).status == "0")
        try probe.advance(.seconds(5))
        #expect(try probe.answer(adding: [("grpc-timeout", "99999999H")]).status == "0")
        #expect(probe.isOpen)
    }

    @Test func aResetCancelsItsCallOnly() throws {
        let probe = try GRPCProbe()
        let first = probe.client.call([1], path: "/test.Service/Wait")
        let second = probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        let third = probe.client.call([3], path: "/test.Service/Wait")
        try probe.exchange()
        probe.client.reset(first)
        probe.client.reset(second)
        try probe.exchange()
        let calls = probe.methods.calls
        #expect(calls.map(\.call.cancellation.isCancelled).filter { $0 }.count == 2)
        #expect(calls.contains { $0.events == ["cancelled"] })
        for call in calls { call.call.finish(with: GRPCMessage(head: [5])) }
        try probe.exchange()
        #expect(probe.client.answers[third]?.messages == [[5]])
        #expect(probe.client.answers[first]?.body == [])
        #expect(probe.handler.calls.isEmpty)
    }

    @Test func theEndOfTheConnectionCancelsAll() throws {
        let probe = try GRPCProbe()
        probe.client.call([1], path: "/test.Service/Wait")
        probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        try probe.exchange()
        probe.channel.pipeline.fireChannelInactive()
        let calls = probe.methods.calls
        #expect(calls.count == 2)
        for call in calls {
            #expect(call.call.cancellation.isCancelled)
            call.call.send(GRPCMessage(head: [1]))
            call.call.finish(.ok)
            #expect(call.call.pendingByteCount == 0)
        }
        probe.loop.run()
        #expect(probe.service.openExchanges.count == 2, "the calls are still held by their handlers")
    }

    /// gRPC clients cancel: hedged requests, deadlines of their own, users that go away.
    @Test func threeHundredCancelledCallsAreNoAttack() throws {
        let probe = try GRPCProbe()
        for _ in 0..<300 {
            let id = probe.client.call([1], path: "/test.Service/Wait")
            try probe.exchange()
            probe.client.reset(id)
            try probe.exchange()
            probe.loop.advanceTime(by: .milliseconds(10))
        }
        #expect(probe.isOpen)
        #expect(try probe.answer([1]).status == "0")
        for call in probe.methods.calls { call.call.finish(.ok) }
    }

    @Test func aFloodOfResetsEndsTheConnection() throws {
        let probe = try GRPCProbe()
        for _ in 0..<2000 where probe.client.goAways.isEmpty {
            let id = probe.client.call([1], path: "/test.Service/Wait")
            try probe.exchange()
            probe.client.reset(id)
            try probe.exchange()
        }
        #expect(probe.client.goAways.map(\.code) == [0xb])
        #expect(probe.methods.calls.allSatisfy { $0.call.cancellation.isCancelled })
        try probe.advance(.seconds(3))
        #expect(!probe.isOpen)
    }

    @Test func bytesThatAreNoHTTP2EndTheConnection() throws {
        let probe = try GRPCProbe()
        try probe.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        try probe.advance(.seconds(3))
        #expect(!probe.isOpen)
    }
}
