import NIOCore
import NIOEmbedded
import NIOSSL
import ServerTransport
import Testing

@Suite struct TLSHandshakeWatchTests {
    @Test func aHandshakeThatDoesNotEndIsCutOff() throws {
        let pair = try HandshakePair(try TLSFixture().reloader())
        defer { pair.close() }
        try pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(pair.server.isActive)
        // The rest is how long TLS waits for the other side to say goodbye.
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(!pair.server.isActive)
    }

    @Test func aConnectionThatHasShakenHandsStays() throws {
        let pair = try HandshakePair(try TLSFixture().reloader())
        defer { pair.close() }
        try pair.run()
        #expect(pair.isComplete)
        pair.server.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(pair.server.isActive)
    }

    @Test func plainTextEndsTheHandshake() throws {
        let pair = try HandshakePair(try TLSFixture().reloader())
        defer { pair.close() }
        try pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        _ = try? pair.server.writeInbound(ByteBuffer(string: "GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        #expect(!pair.isComplete)
        #expect(pair.serverErrors.count == 1)
    }
}
