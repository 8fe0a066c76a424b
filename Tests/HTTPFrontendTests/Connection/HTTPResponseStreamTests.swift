import InferenceTesting
import InferenceTypes
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPFrontend

@Suite struct HTTPResponseStreamTests {
    private func probe(_ limits: HTTPLimits = HTTPLimits()) throws -> ConnectionProbe {
        let probe = try ConnectionProbe(limits: limits)
        try probe.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        return probe
    }

    private func begin(_ probe: ConnectionProbe, maximumBytes: Int = 1000) -> HTTPResponseStream {
        let stream = probe.application.takeFirst().exchange.stream(
            HTTPResponse(.ok, .plainText), maximumBytes: maximumBytes)
        probe.loop.run()
        return stream
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func partsGoOutAsTheyCome() throws {
        let probe = try probe()
        let stream = begin(probe)
        #expect(try probe.received() == Self.head)
        stream.send(Array("one".utf8))
        stream.send(Array("and two".utf8))
        stream.send([])
        probe.loop.run()
        #expect(try probe.received() == "a\r\noneand two\r\n")
        stream.end()
        probe.loop.run()
        #expect(try probe.received() == "0\r\n\r\n")
        try probe.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try probe.received().hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test func theNextRequestWaitsForTheEnd() throws {
        let probe = try probe()
        let stream = begin(probe)
        _ = try probe.received()
        try probe.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try probe.received().isEmpty)
        stream.end()
        probe.loop.run()
        #expect(try probe.received().hasPrefix("0\r\n\r\nHTTP/1.1 200 OK"))
    }

    @Test func aClientThatReadsNothingIsCutOffAtTheLimit() throws {
        let probe = try probe()
        let cancellation = probe.application.calls[0].exchange.cancellation
        let stream = begin(probe, maximumBytes: 10)
        probe.channel.isWritable = false
        stream.send([UInt8](repeating: 1, count: 10))
        probe.loop.run()
        #expect(!cancellation.isCancelled && probe.isOpen)
        stream.send([1])
        #expect(cancellation.isCancelled)
        probe.channel.isWritable = true
        probe.channel.pipeline.fireChannelWritabilityChanged()
        probe.loop.run()
        #expect(!probe.isOpen)
        stream.send([2])
        stream.end()
        probe.loop.run()
        #expect(try probe.received() == Self.head)
    }

    @Test func aLargePartLeavesWholeThoughEachFlushEmptiesTheChannel() throws {
        let probe = try probe()
        try probe.channel.pipeline.syncOperations.addHandler(EmptiedByFlush(limit: 100_000), position: .first)
        let stream = begin(probe, maximumBytes: 10_000_000)
        _ = try probe.received()
        stream.send([UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000))
        stream.end()
        probe.loop.run()
        let text = try probe.received()
        #expect(text.utf8.count { $0 == UInt8(ascii: "x") } == 5_000_000)
        #expect(text.hasSuffix("\r\n0\r\n\r\n"))
    }

    @Test func waitingPartsFollowOnceTheClientReads() throws {
        let probe = try probe()
        let stream = begin(probe)
        _ = try probe.received()
        probe.channel.isWritable = false
        stream.send(Array("x".utf8))
        stream.end()
        probe.loop.run()
        #expect(try probe.received().isEmpty)
        probe.channel.isWritable = true
        probe.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try probe.received() == "1\r\nx\r\n0\r\n\r\n")
    }

    @Test func aClientThatTakesNothingForTooLongIsClosed() throws {
        var limits = HTTPLimits()
        limits.writeStallTimeout = .seconds(5)
        let probe = try probe(limits)
        let stream = begin(probe)
        // A model may take its time; only a client may not.
        probe.loop.advanceTime(by: .seconds(1000))
        #expect(probe.isOpen)
        probe.channel.isWritable = false
        stream.send([1])
        probe.loop.run()
        probe.loop.advanceTime(by: .seconds(6))
        #expect(!probe.isOpen)
        #expect(stream.cancellation.isCancelled)
        stream.end()
    }

    @Test func aClientThatHasGoneIsNoHarm() throws {
        let probe = try probe()
        let exchange = probe.application.takeFirst().exchange
        try probe.channel.close().wait()
        let stream = exchange.stream(HTTPResponse(.ok, .plainText), maximumBytes: 1000)
        probe.loop.run()
        #expect(stream.cancellation.isCancelled)
        stream.send([1])
        stream.end()
        probe.loop.run()
        #expect(try probe.received().isEmpty)
    }
}
