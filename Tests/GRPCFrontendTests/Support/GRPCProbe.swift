import HTTP2Codec
import InferenceTypes
import Logging
import NIOCore
import NIOEmbedded
import ServerTransport

@testable import GRPCFrontend

/// A connection on an embedded channel, whose time the test moves, with a client at its other end.
final class GRPCProbe {
    let methods: TestMethods
    let service: GRPCConnectionService
    let channel: EmbeddedChannel
    let handler: GRPCConnectionHandler
    let client: HTTP2TestClient
    let threads: DecodingThreads
    var loop: EmbeddedEventLoop { channel.embeddedEventLoop }

    init(
        _ methods: TestMethods = TestMethods(), client: HTTP2TestClient = HTTP2TestClient(),
        settings: HTTP2Settings = HTTP2Settings(), _ configure: (inout GRPCServerConfiguration) -> Void = { _ in }
    ) throws {
        self.methods = methods
        self.client = client
        var configuration = GRPCServerConfiguration()
        configure(&configuration)
        threads = DecodingThreads(count: 1)
        service = GRPCConnectionService(
            methods: methods.all, configuration: configuration, decodingThreads: threads,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let loop = EmbeddedEventLoop()
        handler = try GRPCConnectionHandler(
            service: service, settings: settings, eventLoop: loop, mailbox: LoopMailbox(loop),
            wakes: WakeBatch { loop.execute($0) }, turnQueue: TurnQueue(loop))
        channel = EmbeddedChannel(handler: handler, loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    var isOpen: Bool { channel.isActive }

    /// Carries bytes both ways until neither side has any.
    func exchange() throws {
        while true {
            let toServer = client.takeOutput()
            if !toServer.isEmpty { try send(toServer) }
            loop.run()
            let toClient = try received()
            client.receive(toClient)
            if toServer.isEmpty, toClient.isEmpty { return }
        }
    }

    func send(_ bytes: [UInt8]) throws {
        guard channel.isActive else { return }
        try channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// What was written since the last call.
    func received() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return bytes
    }

    /// Moves the time, then carries bytes.
    func advance(_ time: TimeAmount) throws {
        loop.advanceTime(by: time)
        try exchange()
    }

    /// One call with one message, until all is quiet.
    func answer(
        _ message: [UInt8] = [1, 2, 3], path: String = "/test.Service/Echo", adding fields: [(String, String)] = []
    ) throws -> HTTP2TestClient.Answer {
        let id = client.call(message, path: path, adding: fields)
        try exchange()
        return client.answers[id] ?? HTTP2TestClient.Answer()
    }
}
