import InferenceTypes
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPFrontend

struct HTTPConnectionTimeoutTests {
    @Test func aHeadThatTricklesInIsEnded() throws {
        let probe = try ConnectionProbe()
        for byte in "GET / HTT".utf8 {
            try probe.send([byte])
            probe.loop.advanceTime(by: .seconds(1))
        }
        #expect(probe.isOpen)
        probe.loop.advanceTime(by: .seconds(1))
        #expect(try probe.received().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(!probe.isOpen)
    }

    @Test func idleConnectionsAreClosedWithoutAWord() throws {
        let probe = try ConnectionProbe()
        probe.loop.advanceTime(by: .seconds(74))
        try probe.send("GET /now HTTP/1.1\r\n\r\n")
        #expect(try probe.received().hasPrefix("HTTP/1.1 200 OK\r\n"))
        probe.loop.advanceTime(by: .seconds(74))
        #expect(probe.isOpen, "the request started the time anew")
        probe.loop.advanceTime(by: .seconds(1))
        #expect(try probe.received() == "")
        #expect(!probe.isOpen)
    }

    @Test func aHeadAfterALongPauseHasItsFullTime() throws {
        let probe = try ConnectionProbe()
        probe.loop.advanceTime(by: .seconds(70))
        try probe.send("GET /now HTTP/1.1\r\n")
        probe.loop.advanceTime(by: .seconds(9))
        try probe.send("\r\n")
        #expect(try probe.received().hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(probe.isOpen)
    }

    @Test func aBodyMustMakeProgress() throws {
        let probe = try ConnectionProbe(FakeApplication(bodyLimit: 1 << 20))
        try probe.send("POST /now HTTP/1.1\r\nContent-Length: 100000\r\n\r\n")
        for _ in 0..<5 {
            try probe.send([UInt8](repeating: 0, count: 1024))
            probe.loop.advanceTime(by: .seconds(20))
            #expect(probe.isOpen)
        }
        try probe.send([UInt8](repeating: 0, count: 1023))
        probe.loop.advanceTime(by: .seconds(20))
        #expect(try probe.received().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(!probe.isOpen)
    }

    @Test func aModelMayTakeAsLongAsItLikes() throws {
        let probe = try ConnectionProbe()
        try probe.send("GET /slow HTTP/1.1\r\n\r\n")
        probe.loop.advanceTime(by: .hours(5))
        #expect(probe.isOpen)
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
        #expect(try probe.received().hasPrefix("HTTP/1.1 200 OK\r\n"))
        probe.loop.advanceTime(by: .seconds(75))
        #expect(!probe.isOpen)
    }

    @Test func aClientThatStopsReadingIsCutOff() throws {
        let probe = try ConnectionProbe()
        try probe.send("GET /slow HTTP/1.1\r\n\r\n")
        probe.channel.isWritable = false
        probe.application.takeFirst().exchange.send(
            HTTPResponse(.ok, .octetStream, tensors: [TensorBytes(copying: [UInt8](repeating: 1, count: 1 << 20))]))
        probe.loop.advanceTime(by: .seconds(59))
        #expect(probe.isOpen)
        probe.loop.advanceTime(by: .seconds(1))
        #expect(!probe.isOpen)
    }

    @Test func aClientThatReadsSlowlyIsNotCutOff() throws {
        let probe = try ConnectionProbe()
        let holder = FlushHolder()
        try probe.channel.pipeline.syncOperations.addHandler(holder, position: .first)
        try probe.send("GET /slow HTTP/1.1\r\n\r\n")
        probe.channel.isWritable = false
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText, body: Array("text".utf8)))
        probe.loop.advanceTime(by: .seconds(59))
        holder.isHolding = false
        probe.channel.flush()
        probe.loop.advanceTime(by: .seconds(60))
        #expect(probe.isOpen, "it took something within the time")
        probe.loop.advanceTime(by: .seconds(1))
        #expect(!probe.isOpen)
    }

    /// It is read for a while, so that it gets to see the last response.
    @Test func aClientThatGoesOnSendingIsClosedAfterAWhile() throws {
        var limits = HTTPLimits()
        limits.closeLinger = .seconds(5)
        let probe = try ConnectionProbe(limits: limits)
        let holder = FlushHolder()
        holder.isHolding = false
        holder.keepsOpen = true
        try probe.channel.pipeline.syncOperations.addHandler(holder, position: .first)
        try probe.send("GET /now HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(holder.closeModes == [.output])
        for _ in 0..<4 {
            try probe.send("more")
            probe.loop.advanceTime(by: .seconds(1))
        }
        #expect(probe.isOpen)
        try probe.send("more")
        probe.loop.advanceTime(by: .seconds(1))
        #expect(!probe.isOpen)
    }

    @Test func theLastResponseIsNotLostWhenTheServerStops() throws {
        let probe = try ConnectionProbe()
        let holder = FlushHolder()
        try probe.channel.pipeline.syncOperations.addHandler(holder, position: .first)
        try probe.send("GET /now HTTP/1.1\r\n\r\n")
        probe.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(holder.closeModes == [.output], "not closed at once: the response has not left yet")
    }
}

/// Keeps what is written from leaving, as a client that does not read.
private final class FlushHolder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var isHolding = true
    /// As a socket does whose output alone is closed.
    var keepsOpen = false
    private(set) var closeModes: [CloseMode] = []

    func flush(context: ChannelHandlerContext) {
        if !isHolding { context.flush() }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        closeModes.append(mode)
        if keepsOpen, mode == .output {
            promise?.succeed()
            return
        }
        context.close(mode: mode, promise: promise)
    }
}
