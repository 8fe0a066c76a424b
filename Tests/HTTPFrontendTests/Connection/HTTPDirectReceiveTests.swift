import InferenceTesting
import InferenceTypes
import NIOCore
import NIOEmbedded
import ServerTransport
import Testing

@testable import HTTPFrontend

/// Bodies that the socket reads into their own memory.
struct HTTPDirectReceiveTests {
    /// Reads as a channel does: asks for a buffer each time, and fills it with what there is.
    private struct Reader {
        let probe: ConnectionProbe
        let receiver: DirectReceiver
        var readsIntoBodies = 0

        mutating func read(_ bytes: ArraySlice<UInt8>) throws -> Int {
            var buffer = receiver.buffer(allocator: ByteBufferAllocator())
            if receiver.nextBufferSize() == nil, buffer.capacity != DirectReceiver.largeRead { readsIntoBodies += 1 }
            let count = min(bytes.count, buffer.writableBytes)
            buffer.writeBytes(bytes.prefix(count))
            try probe.channel.writeInbound(buffer)
            return count
        }
    }

    private static func request(_ body: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        guard Int.random(in: 0..<4, using: &generator) == 0 else {
            return Array("POST /now HTTP/1.1\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
        }
        var chunks: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...rest.count, using: &generator)
            chunks += "\(String(count, radix: 16))\r\n".utf8 + rest.prefix(count) + Array("\r\n".utf8)
            rest = rest.dropFirst(count)
        }
        return Array("POST /now HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + chunks + Array("0\r\n\r\n".utf8)
    }

    @Test(arguments: 0..<30 as Range<UInt64>) func everyBodyComesBackWhateverTheReads(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let receiver = DirectReceiver()
        let probe = try ConnectionProbe(FakeApplication(bodyLimit: 1 << 20), receiver: receiver)
        var reader = Reader(probe: probe, receiver: receiver)
        var stream: [UInt8] = []
        var bodies: [[UInt8]] = []
        for number in 0..<8 {
            let size = [0, 10, 5_000, 40_000, 300_000].randomElement(using: &generator) ?? 0
            let count = Int.random(in: 0...size, using: &generator)
            bodies.append((0..<count).map { UInt8(truncatingIfNeeded: $0 / 7 &+ number) })
            stream += Self.request(bodies[number], &generator)
        }
        var rest = stream[...]
        var answers: [UInt8] = []
        while !rest.isEmpty {
            let available = Int.random(in: 1...100_000, using: &generator)
            rest = rest.dropFirst(try reader.read(rest.prefix(available)))
            probe.loop.advanceTime(by: .milliseconds(1))
            while let buffer = try probe.channel.readOutbound(as: ByteBuffer.self) {
                answers += buffer.readableBytesView
            }
        }
        let expected = bodies.reduce(into: [UInt8]()) { all, body in
            all += "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(body.count)\r\n\r\n".utf8
            all += body
        }
        #expect(answers == expected)
    }

    @Test func aLargeBodyIsReadIntoItsOwnMemory() throws {
        let receiver = DirectReceiver()
        let probe = try ConnectionProbe(FakeApplication(bodyLimit: 1 << 20, alignedOffset: 100), receiver: receiver)
        var reader = Reader(probe: probe, receiver: receiver)
        let body = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 / 5) }
        let next = Array("POST /next HTTP/1.1\r\nContent-Length: 2\r\n\r\nab".utf8)
        var rest = (Array("POST /kept HTTP/1.1\r\nContent-Length: 500000\r\n\r\n".utf8) + body + next)[...]
        while !rest.isEmpty { rest = rest.dropFirst(try reader.read(rest)) }
        #expect(reader.readsIntoBodies == 1, "one read after that of the head, which stops at the end of the body")
        let call = try #require(probe.application.calls.first)
        #expect(call.body == body)
        #expect(call.isAligned)
        call.exchange.send(HTTPResponse(.ok, .plainText))
        #expect(probe.application.calls.map(\.body).last == Array("ab".utf8))
        probe.application.calls.last?.exchange.send(HTTPResponse(.ok, .plainText))
        probe.finish()
    }

    @Test func bodiesBeyondTheBudgetAreRefusedUntilThereIsRoom() throws {
        let budget = BodyBudget(limit: 150_000)
        let application = FakeApplication(bodyLimit: 1 << 20)
        let body = [UInt8](repeating: 1, count: 100_000)
        let request = Array("POST /kept HTTP/1.1\r\nContent-Length: 100000\r\n\r\n".utf8) + body
        let first = try ConnectionProbe(application, budget: budget)
        try first.send(request)
        #expect(application.calls.count == 1)
        let second = try ConnectionProbe(application, budget: budget)
        try second.send(request)
        let refusal = try second.received()
        #expect(refusal.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(refusal.contains("--max-request-memory-size"))
        #expect(!second.isOpen)
        let small = try ConnectionProbe(application, budget: budget)
        try small.send("POST /now HTTP/1.1\r\nContent-Length: 2\r\n\r\nok")
        #expect(try small.received().hasSuffix("\r\n\r\nok"), "small bodies are not counted")

        application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
        #expect(budget.usedByteCount == 0)
        try small.send(request)
        #expect(application.calls.count == 1)
        application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
        for probe in [first, second, small] { probe.finish() }
        #expect(budget.usedByteCount == 0)
    }

    @Test func aClientThatLeavesGivesItsShareBack() throws {
        let budget = BodyBudget(limit: 150_000)
        let receiver = DirectReceiver()
        let probe = try ConnectionProbe(FakeApplication(bodyLimit: 1 << 20), budget: budget, receiver: receiver)
        var reader = Reader(probe: probe, receiver: receiver)
        let start = Array("POST /kept HTTP/1.1\r\nContent-Length: 140000\r\n\r\n".utf8)
        _ = try reader.read(start[...])
        #expect(try reader.read([UInt8](repeating: 1, count: 120_000)[...]) == 120_000)
        #expect(budget.usedByteCount == 120_000)
        probe.finish()
        #expect(budget.usedByteCount == 0)
        #expect(receiver.nextBufferSize() != nil, "nothing is read into a body that nobody waits for")
    }
}
