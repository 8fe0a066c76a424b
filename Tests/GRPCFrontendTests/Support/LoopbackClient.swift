import NIOCore
import NIOPosix
import ServerTransport
import Logging
import Synchronization

@testable import GRPCFrontend

/// A client over a socket of the loopback address.
actor LoopbackClient {
    private let session: HTTP2TestClient
    private let channel: any Channel
    private let inbox = Inbox()

    init(port: Int, session: sending HTTP2TestClient) async throws {
        self.session = session
        let inbox = inbox
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        // A server that takes no more connections may have closed this one already.
        try? await write()
    }

    func request(_ fields: [(String, String)], body: [UInt8], isEnd: Bool = true) async -> Int32 {
        let id = session.request(fields, body: body, isEnd: isEnd)
        try? await write()
        return id
    }

    func call(_ message: [UInt8], path: String = "/test.Service/Echo") async -> Int32 {
        await request(HTTP2TestClient.fields(path), body: HTTP2TestClient.framed(message))
    }

    /// Waits until the stream has ended, or the connection.
    func answer(_ id: Int32) async -> HTTP2TestClient.Answer {
        while session.answers[id]?.closeCode == nil, await receive() {}
        return session.answers[id] ?? HTTP2TestClient.Answer()
    }

    /// Waits until the server has closed the connection; returns the codes of its GOAWAY frames.
    func goAways() async -> [UInt32] {
        while await receive() {}
        return session.goAways.map(\.code)
    }

    func close() async { try? await channel.close() }

    private func receive() async -> Bool {
        guard let bytes = await inbox.next() else { return false }
        session.receive(bytes)
        try? await write()
        return true
    }

    private func write() async throws {
        let bytes = session.takeOutput()
        if !bytes.isEmpty { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    }

    /// What came and was not read yet. For one reader.
    private final class Inbox: Sendable {
        private struct State {
            var bytes: [UInt8] = []
            var isClosed = false
            var reader: CheckedContinuation<[UInt8]?, Never>?
        }

        private let state = Mutex(State())

        /// `nil` when the connection has been closed.
        func next() async -> [UInt8]? {
            await withCheckedContinuation { reader in change { $0.reader = reader } }
        }

        func append(_ bytes: ByteBuffer) { change { $0.bytes += bytes.readableBytesView } }

        func close() { change { $0.isClosed = true } }

        private func change(_ body: (inout State) -> Void) {
            let ready = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>, [UInt8]?)? in
                body(&state)
                guard let reader = state.reader, !state.bytes.isEmpty || state.isClosed else { return nil }
                defer {
                    state.reader = nil
                    state.bytes = []
                }
                return (reader, state.bytes.isEmpty ? nil : state.bytes)
            }
            if let (reader, bytes) = ready { reader.resume(returning: bytes) }
        }
    }

    private final class InboxHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let inbox: Inbox

        init(_ inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { inbox.append(Self.unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { inbox.close() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// Runs `body` with a client of a server on a free port of the loopback address.
func withGRPCServer(
    methods: TestMethods, _ configure: (inout GRPCServerConfiguration) -> Void = { _ in },
    _ body: (LoopbackClient) async throws -> Void
) async throws {
    try await withGRPCServer(methods: methods, configure) { port, _ in
        try await body(LoopbackClient(port: port, session: HTTP2TestClient()))
    }
}

func withGRPCServer(
    methods: TestMethods, _ configure: (inout GRPCServerConfiguration) -> Void = { _ in },
    _ body: (_ port: Int, _ server: GRPCServer) async throws -> Void
) async throws {
    var configuration = GRPCServerConfiguration(host: "127.0.0.1", port: 0)
    // Tests about time move it themselves; here a busy machine shall not make a difference.
    configuration.limits.handshakeTimeout = .seconds(3600)
    configuration.limits.messageProgressInterval = .seconds(3600)
    configuration.limits.writeStallTimeout = .seconds(3600)
    configure(&configuration)
    let eventLoops = EventLoops(count: 1)
    let server = GRPCServer(
        configuration: configuration, methods: methods.all, eventLoops: eventLoops,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let port = try await server.start()
    do {
        try await body(port, server)
    } catch {
        await server.stop(timeout: .zero)
        throw error
    }
    await server.stop(timeout: .zero)
    await eventLoops.shutdown()
}
