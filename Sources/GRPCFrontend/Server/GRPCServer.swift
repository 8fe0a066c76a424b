import HTTP2Codec
package import InferenceTypes
package import Logging
import NIOCore
import NIOPosix
package import ServerTransport
import Synchronization

/// Serves gRPC over HTTP/2.
///
/// `start` once, `stop` once. Calls are read on the event loop of their connection; large compressed messages are
/// inflated on threads for that.
package final class GRPCServer: Sendable {
    private let configuration: GRPCServerConfiguration
    private let service: GRPCConnectionService
    private let registry: ConnectionRegistry
    private let eventLoops: EventLoops
    private let decodingThreads: DecodingThreads
    private let listener = Mutex<Listener?>(nil)
    private let logger: Logger

    /// - Parameters:
    ///   - methods: all that can be called.
    ///   - eventLoops: shared by the servers of all protocols; whoever made them shuts them down.
    ///   - budget: for the request bodies of all protocols.
    ///   - onActivity: called for every call that may take memory; must be quick.
    package init(
        configuration: GRPCServerConfiguration, methods: [GRPCMethod], eventLoops: EventLoops,
        budget: BodyBudget = BodyBudget(), onActivity: @escaping @Sendable () -> Void = {}, logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoops = eventLoops
        self.logger = logger
        decodingThreads = DecodingThreads(count: 2 * eventLoops.count)
        service = GRPCConnectionService(
            methods: methods, configuration: configuration, decodingThreads: decodingThreads,
            budget: budget, openExchanges: OpenExchanges(onActivity: onActivity), logger: logger)
        registry = ConnectionRegistry(limit: configuration.limits.maximumConnections)
    }

    /// Connections that are open now.
    package var connectionCount: Int { registry.count }

    /// Connections that were too many, since the start.
    package var refusedConnectionCount: Int { registry.refusedCount }

    /// Calls that are being answered now.
    package var openCallCount: Int { service.openExchanges.count }

    /// Binds the socket of the configuration, on which nothing is accepted yet. Throws `unavailable`.
    package func makeSocket() throws(ServingError) -> ListeningSocket {
        try ListeningSocket(
            for: "gRPC", host: configuration.host, port: configuration.port, reusesPort: configuration.reusesPort)
    }

    /// Opens the port of the configuration and returns its number. Throws as `start(on:)` does.
    package func start() async throws(ServingError) -> Int { try await start(on: try makeSocket()) }

    /// Accepts the connections of a socket, which is this server's from now on, and returns its port. Throws `unavailable`
    /// when that cannot be, and `invalidArgument` when the certificates cannot be used.
    @discardableResult
    package func start(on socket: ListeningSocket) async throws(ServingError) -> Int {
        let (service, registry, eventLoops, logger) = (service, registry, eventLoops, logger)
        let tls = try TLSContextReloader(configuration.tls, .http2, logger: logger)
        let bootstrap = ServerBootstrap(group: eventLoops.group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 8192, maximum: 1 << 20)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
        let listener = Listener(socket)
        do {
            try await listener.start(bootstrap) { channel in
                guard registry.add(channel) else {
                    // A client that has heard of HTTP/2 before the end comes back at once; this one waits for a while.
                    logger.debug("a gRPC connection is closed: there are too many")
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return channel.setUpAccepted(
                    tls: tls, handshakeLimit: TimeAmount(service.limits.handshakeTimeout), logger: logger
                ) { channel in
                    try channel.pipeline.syncOperations.addHandler(
                        GRPCConnectionHandler(
                            service: service, eventLoop: channel.eventLoop,
                            mailbox: eventLoops.mailbox(of: channel.eventLoop),
                            wakes: eventLoops.wakeBatch(of: channel.eventLoop),
                            turnQueue: eventLoops.turnQueue(of: channel.eventLoop)))
                }
            }
            decodingThreads.start()
            self.listener.withLock { $0 = listener }
            return socket.port
        } catch {
            throw .cannotListen(for: "gRPC", host: configuration.host, port: socket.port, because: error)
        }
    }

    /// Leaves the port; connections that are open are served on. Returns when the socket is released.
    package func stopAccepting() async { await listener.withLock { $0.take() }?.stop() }

    /// Stops accepting, tells clients to open no further calls (GOAWAY), lets the open ones finish, and waits for all of
    /// that at most `timeout`; then what is left is cut off. Returns whether everything ended by itself.
    @discardableResult
    package func stop(timeout: Duration) async -> Bool {
        await stopAccepting()
        let haveEnded = await registry.drain(within: timeout, on: eventLoops.group.any())
        if !haveEnded {
            logger.warning("gRPC connections were cut off after waiting \(timeout) for their calls")
        }
        // Calls whose clients have gone may still be at work, and will hand their answers to the event loops.
        if service.openExchanges.count == 0 { await decodingThreads.stop() }
        return haveEnded
    }
}
