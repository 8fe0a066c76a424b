import InferenceTypes
import NIOCore
import ServerTransport
import NIOEmbedded
import Testing

@testable import HTTPFrontend

struct HTTPConnectionHandlerTests {
    private static func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    @Test func answersAndStaysOpen() throws {
        let probe = try ConnectionProbe()
        for body in ["one", "", "three"] {
            try probe.send(Self.post("/now", body))
            #expect(
                try probe.received()
                    == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(body.count)\r\n\r\n\(body)")
        }
        #expect(probe.isOpen)
    }

    @Test func closesWhenTheClientAsks() throws {
        let probe = try ConnectionProbe()
        try probe.send(Self.post("/now", "x", "Connection: close\r\n"))
        #expect(try probe.received().contains("\r\nConnection: close\r\n"))
        #expect(!probe.isOpen)
    }

    @Test func speaksHTTP10() throws {
        let probe = try ConnectionProbe()
        try probe.send("GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try probe.received().hasPrefix("HTTP/1.0 200 OK\r\n"))
        #expect(probe.isOpen)
        try probe.send("GET /now HTTP/1.0\r\n\r\n")
        #expect(try probe.received().contains("\r\nConnection: close\r\n"))
        #expect(!probe.isOpen)
    }

    @Test func headHasNoBody() throws {
        let probe = try ConnectionProbe()
        try probe.send("HEAD /now HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody" + Self.post("/now", "next"))
        let text = try probe.received()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nHTTP/1.1 200"))
    }

    @Test func answersPipelinedRequestsInOrderOneAtATime() throws {
        let probe = try ConnectionProbe()
        try probe.send(
            Self.post("/a", "A") + Self.post("/b", "B") + Self.post("/now", "C") + Self.post("/d", "D"))
        #expect(probe.application.calls.map(\.path) == ["/a"])
        #expect(try probe.received() == "")
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText, body: Array("1".utf8)))
        #expect(try probe.receivedBodies() == ["1"])
        #expect(probe.application.calls.map(\.path) == ["/b"])
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText, body: Array("2".utf8)))
        #expect(try probe.receivedBodies() == ["2", "C"])
        #expect(probe.application.calls.map(\.path) == ["/d"])
        #expect(probe.application.calls.map { String(decoding: $0.body, as: UTF8.self) } == ["D"])
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
    }

    @Test func aThousandPipelinedRequestsDoNotNest() throws {
        let probe = try ConnectionProbe()
        try probe.send(String(repeating: Self.post("/now", "x"), count: 1000))
        probe.loop.advanceTime(by: .seconds(1))
        #expect(try probe.receivedBodies() == Array(repeating: "x", count: 1000))
    }

    @Test func aClientThatPipelinesLeavesOthersTheirTurn() throws {
        let probe = try ConnectionProbe()
        let reads = ReadCounter()
        try probe.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        try probe.send(String(repeating: Self.post("/now", "x"), count: 40))
        #expect(try probe.receivedBodies().count == ConnectionTurn.maximumExchanges)
        try probe.send(Self.post("/now", "x"))
        let before = reads.count
        probe.channel.read()
        #expect(try probe.receivedBodies() == [], "more input is no reason to skip the wait")
        #expect(reads.count == before, "what is there has to be answered first")
        probe.loop.advanceTime(by: .microseconds(60))
        #expect(try probe.receivedBodies().count == ConnectionTurn.maximumExchanges)
        probe.loop.advanceTime(by: .seconds(1))
        #expect(try probe.receivedBodies().count == 41 - 2 * ConnectionTurn.maximumExchanges)
        #expect(reads.count > before, "the read that was held is made up for")
    }

    @Test func aLongResponseLeavesOthersTheirTurn() throws {
        let probe = try ConnectionProbe()
        try probe.send(Self.post("/a", "A"))
        let size = 3 * ConnectionTurn.maximumWrittenBytes
        probe.application.takeFirst().exchange.send(
            HTTPResponse(.ok, .octetStream, tensors: [TensorBytes(TensorBuffer(byteCount: size))]))
        #expect(try probe.receivedByteCount() < size / 2)
        probe.loop.advanceTime(by: .seconds(1))
        #expect(try probe.receivedByteCount() > size / 2)
        try probe.send(Self.post("/now", "next"))
        #expect(try probe.receivedBodies() == ["next"])
    }

    @Test func doesNotReadOnWhilePipelinedRequestsWait() throws {
        let probe = try ConnectionProbe()
        let reads = ReadCounter()
        try probe.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        try probe.send(Self.post("/a", "A") + Self.post("/b", "B"))
        let before = reads.count
        probe.channel.read()
        #expect(reads.count == before, "the next request waits, so there is no need for more")
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
        #expect(reads.count == before + 1, "the read that was held is made up for")
        probe.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
    }

    @Test func continuesBeforeTheBody() throws {
        let probe = try ConnectionProbe()
        try probe.send("POST /now HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(try probe.received() == "HTTP/1.1 100 Continue\r\n\r\n")
        try probe.send("hi")
        #expect(try probe.receivedBodies() == ["hi"])
    }

    @Test func answersARefusedExpectationAtOnce() throws {
        let probe = try ConnectionProbe()
        try probe.send("POST /refused HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        let text = try probe.received()
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n") && text.contains("Connection: close"))
        #expect(!probe.isOpen)
    }

    @Test func refusedBodiesAreReadAndTheConnectionGoesOn() throws {
        let probe = try ConnectionProbe()
        try probe.send(Self.post("/refused", "ignored") + Self.post("/now", "x"))
        let text = try probe.received()
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n") && text.contains(#"{"error":"no, 0"}"#))
        #expect(text.hasSuffix("\r\n\r\nx"))
    }

    @Test func limitsBodies() throws {
        let claimed = try ConnectionProbe(FakeApplication(bodyLimit: 10))
        try claimed.send("POST /now HTTP/1.1\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
        #expect(try claimed.received().hasPrefix("HTTP/1.1 413 "))
        #expect(!claimed.isOpen)

        let chunked = try ConnectionProbe(FakeApplication(bodyLimit: 10))
        try chunked.send("POST /now HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n")
        #expect(try chunked.received() == "")
        try chunked.send("5\r\n12345\r\n0\r\n\r\n")
        #expect(try chunked.received().hasPrefix("HTTP/1.1 413 "))
        #expect(!chunked.isOpen)

        let exact = try ConnectionProbe(FakeApplication(bodyLimit: 10))
        try exact.send(Self.post("/now", "0123456789"))
        #expect(try exact.receivedBodies() == ["0123456789"])
    }

    @Test func refusesBadRequestsAndCloses() throws {
        let probe = try ConnectionProbe()
        try probe.send(Self.post("/now", "x") + "GET / HTTP/1.1\n\n" + Self.post("/now", "never"))
        let text = try probe.received()
        #expect(text.contains("\r\n\r\nxHTTP/1.1 400 Bad Request\r\n"))
        #expect(text.contains(#"{"error":"a line ends with a bare LF; lines must end with CR LF"}"#))
        #expect(!text.contains("never"))
        #expect(!probe.isOpen)
    }

    @Test func aClientThatLeavesCancelsItsRequest() throws {
        let probe = try ConnectionProbe()
        try probe.send(Self.post("/slow", "x"))
        let call = probe.application.takeFirst()
        #expect(!call.exchange.cancellation.isCancelled)
        try probe.channel.close().wait()
        #expect(call.exchange.cancellation.isCancelled)
        call.exchange.send(HTTPResponse(.ok, .plainText))
        #expect(try probe.received() == "")
    }

    @Test func takesAResponseFromAnotherThread() async throws {
        let probe = try ConnectionProbe()
        try probe.send(Self.post("/slow", "x"))
        let exchange = probe.application.takeFirst().exchange
        exchange.send(HTTPResponse(.ok, .plainText, body: Array("done".utf8)))
        probe.loop.run()
        #expect(try probe.receivedBodies() == ["done"])
    }

    @Test(arguments: [0, 1, 63, 64, 65, 175, 1000]) func alignsTheBinaryPart(_ offset: Int) throws {
        let probe = try ConnectionProbe(FakeApplication(bodyLimit: 5000, alignedOffset: offset))
        let body = String(repeating: "j", count: offset) + String(repeating: "t", count: 300)
        let request = Array(Self.post("/slow", body).utf8)
        try probe.send(Array(request[..<200]))
        try probe.send(Array(request[200...]))
        let call = probe.application.takeFirst()
        #expect(call.isAligned)
        #expect(String(decoding: call.body, as: UTF8.self) == body)
        call.exchange.send(HTTPResponse(.ok, .plainText))
    }

    @Test func writesLargeResponsesAsTheClientReads() throws {
        let probe = try ConnectionProbe()
        let tensor = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try probe.send(Self.post("/slow", "x") + Self.post("/now", "next"))
        probe.channel.isWritable = false
        probe.application.takeFirst().exchange.send(
            HTTPResponse(.ok, .octetStream, body: Array("{}".utf8), tensors: [TensorBytes(copying: tensor)]))
        probe.channel.flush()
        #expect(try probe.received().hasSuffix("Content-Length: 1000002\r\n\r\n"), "only the head is written")
        probe.channel.isWritable = true
        probe.channel.pipeline.fireChannelWritabilityChanged()
        var written: [UInt8] = []
        while let buffer = try probe.channel.readOutbound(as: ByteBuffer.self) { written += buffer.readableBytesView }
        #expect(written.starts(with: Array("{}".utf8) + tensor))
        #expect(String(decoding: written.dropFirst(1_000_002), as: UTF8.self).hasSuffix("\r\n\r\nnext"))
    }

    @Test func anAnnouncedEndIsToldWithTheNextResponse() throws {
        let probe = try ConnectionProbe()
        probe.channel.pipeline.fireUserInboundEventTriggered(ConnectionEndAnnouncement())
        #expect(probe.isOpen, "it waits for one more request")
        try probe.send("GET /now HTTP/1.1\r\n\r\n")
        #expect(try probe.received().contains("\r\nConnection: close\r\n"))
        #expect(!probe.isOpen)

        let pipelining = try ConnectionProbe()
        pipelining.channel.pipeline.fireUserInboundEventTriggered(ConnectionEndAnnouncement())
        try pipelining.send(Self.post("/one", "") + Self.post("/two", ""))
        for body in ["one", "two"] {
            pipelining.application.takeFirst().exchange.send(HTTPResponse(.ok, .octetStream, body: Array(body.utf8)))
            pipelining.loop.run()
        }
        let text = try pipelining.received()
        #expect(text.contains("one") && text.hasSuffix("two"))
        #expect(text.split(separator: "Connection: close").count == 2, "with the last one alone")
        #expect(!pipelining.isOpen)
    }

    @Test func quiescingClosesIdleConnectionsAndLetsBusyOnesFinish() throws {
        let idle = try ConnectionProbe()
        idle.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!idle.isOpen)

        let busy = try ConnectionProbe()
        try busy.send(Self.post("/slow", "x"))
        busy.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(busy.isOpen)
        busy.application.takeFirst().exchange.send(HTTPResponse(.ok, .plainText))
        #expect(try busy.received().contains("\r\nConnection: close\r\n"))
        #expect(!busy.isOpen)

        let receiving = try ConnectionProbe()
        try receiving.send("POST /now HTTP/1.1\r\nContent-Le")
        receiving.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(receiving.isOpen)
        try receiving.send("ngth: 1\r\n\r\nx")
        #expect(try receiving.receivedBodies() == ["x"])
        #expect(!receiving.isOpen)
    }
}

/// Counts the reads that reach the socket.
private final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    private(set) var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}
