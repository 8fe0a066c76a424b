import HTTP2Codec
import InferenceTesting
import InferenceTypes
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import GRPCFrontend

struct GRPCFlowControlTests {
    private let message = Array(repeating: UInt8(7), count: 1000)

    @Test func aClientThatDoesNotReadIsNoticed() throws {
        let client = HTTP2TestClient(window: 10_000, readsBodies: false)
        let probe = try GRPCProbe(client: client)
        let id = client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        try probe.exchange()
        let call = try #require(probe.methods.calls.first?.call)
        for _ in 0..<50 { call.send(GRPCMessage(head: [], parts: [TensorBytes(copying: message)])) }
        #expect(call.pendingByteCount == 50 * 1005)
        try probe.exchange()
        #expect(call.pendingByteCount == 50 * 1005 - 10_000)

        let events = Mutex<[String]>([])
        call.whenPending(below: 50_000) { events.withLock { $0.append("50000") } }
        call.whenPending(below: 20_000) { events.withLock { $0.append("20000") } }
        #expect(events.withLock { $0 } == ["50000"], "there is room at once")
        client.consume(10_000, on: id)
        try probe.exchange()
        #expect(call.pendingByteCount == 50 * 1005 - 20_000)
        #expect(events.withLock { $0 } == ["50000"])
        // A client grants what it has received, and no more.
        for _ in 0..<2 {
            client.consume(10_000, on: id)
            try probe.exchange()
        }
        #expect(call.pendingByteCount == 50 * 1005 - 40_000)
        #expect(events.withLock { $0 } == ["50000", "20000"])

        call.whenPending(below: 1) { events.withLock { $0.append("end") } }
        client.reset(id)
        try probe.exchange()
        #expect(events.withLock { $0 } == ["50000", "20000", "end"])
        #expect(call.pendingByteCount == 0)
        call.finish(.ok)
    }

    @Test func aLargeMessageLeavesWholeThoughEachFlushEmptiesTheChannel() throws {
        let probe = try GRPCProbe(client: HTTP2TestClient(window: 64 << 20))
        try probe.channel.pipeline.syncOperations.addHandler(EmptiedByFlush(limit: 100_000), position: .first)
        let large = Array(repeating: UInt8(9), count: 20 << 20)
        let id = probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        try probe.exchange()
        let call = try #require(probe.methods.calls.first?.call)
        call.send(GRPCMessage(head: [], parts: [TensorBytes(copying: large)]))
        call.finish(.ok)
        // The client says nothing meanwhile that would make the server look again.
        var answer: [UInt8] = []
        for _ in 0..<10 {
            probe.loop.advanceTime(by: .milliseconds(1))
            answer += try probe.received()
        }
        probe.client.receive(answer)
        #expect(probe.client.answers[id]?.messages == [large])
        #expect(probe.client.answers[id]?.status == "0")
    }

    @Test func aCallThatPausesStopsItsClient() throws {
        let probe = try GRPCProbe()
        let id = probe.client.request(HTTP2TestClient.fields("/test.Service/Slow"), body: [], isEnd: false)
        let large = Array(repeating: UInt8(1), count: 1 << 20)
        for number in 0..<20 { probe.client.send(HTTP2TestClient.framed([UInt8(number)] + large), on: id) }
        probe.client.send([], isEnd: true, on: id)
        try probe.exchange()
        let call = try #require(probe.methods.calls.first)
        #expect(call.messages.count == 1)
        #expect(probe.client.unsentByteCount(id) > 8 << 20, "the client can send no more than its window")
        #expect(try probe.answer([5]).messages == [[5]], "other calls of the connection go on")

        for count in 2...20 {
            call.call.resumeReceiving()
            try probe.exchange()
            #expect(call.messages.count == count)
        }
        #expect(call.events == [])
        call.call.resumeReceiving()
        try probe.exchange()
        #expect(call.events == ["end"])
        #expect(call.messages.map { $0[0] } == (0..<20).map { UInt8($0) })
        #expect(probe.handler.heldByteCount == 0)
        call.call.finish(.ok)
        try probe.exchange()
        #expect(probe.client.answers[id]?.status == "0")
    }

    @Test func pausedCallsThatEndGiveEverythingBack() throws {
        let probe = try GRPCProbe()
        let id = probe.client.request(HTTP2TestClient.fields("/test.Service/Slow"), body: [], isEnd: false)
        for _ in 0..<10 { probe.client.send(HTTP2TestClient.framed(message), on: id) }
        try probe.exchange()
        #expect(probe.handler.heldByteCount == 9 * 1005)
        probe.client.reset(id)
        try probe.exchange()
        #expect(probe.handler.heldByteCount == 0)
        for call in probe.methods.calls { call.call.finish(.ok) }
    }

    /// Beyond the limit, calls that wait keep the others of their connection waiting.
    @Test(arguments: [0, 64 << 20]) func heldBytesAreLimited(limit: Int) throws {
        var settings = HTTP2Settings()
        settings.connectionWindow = 100_000
        let probe = try GRPCProbe(settings: settings) { $0.limits.maximumHeldBytes = limit }
        let large = HTTP2TestClient.framed(Array(repeating: 1, count: 60_000))
        for _ in 0..<2 {
            let id = probe.client.request(HTTP2TestClient.fields("/test.Service/Slow"), body: [], isEnd: false)
            probe.client.send(HTTP2TestClient.framed([0]), on: id)
            probe.client.send(large, on: id)
        }
        try probe.exchange()
        #expect(probe.handler.heldByteCount <= limit)
        let answer = try probe.answer([5])
        #expect(answer.messages == (limit > 0 ? [[5]] : []))
        try probe.channel.close().wait()
        for call in probe.methods.calls { call.call.finish(.ok) }
    }

    /// A large answer to a client with large windows leaves in pieces, in order, and whole.
    @Test func aLargeAnswerArrivesWhole() throws {
        let client = HTTP2TestClient(window: 1 << 30)
        let probe = try GRPCProbe(client: client)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let answer = try probe.answer(bytes, path: "/test.Service/Collect")
        #expect(answer.messages == [bytes])
        #expect(answer.status == "0")
    }
}
