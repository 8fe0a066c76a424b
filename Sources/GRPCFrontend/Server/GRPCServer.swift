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
    private let listener = Mutex<(any Channel)?>(nil)
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

    /// Opens the port and returns its number. Throws `unavailable` when it cannot be opened, and `invalidArgument` when
    /// the certificates cannot be used.
    package func start() async throws(ServingError) -> Int {
        let (service, registry, eventLoops, logger) = (service, registry, eventLoops, logger)
        let tls = try TLSContextReloader(configuration.tls, .http2, logger: logger)
        let bootstrap = ServerBootstrap(group: eventLoops.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: configuration.reusesPort ? 1 : 0)
            .childChannelInitializer { channel in
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
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 8192, maximum: 1 << 20)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
        do {
            let channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            listener.withLock { $0 = channel }
            decodingThreads.start()
            return channel.localAddress?.port ?? configuration.port
        } catch {
            throw .cannotListen(
                for: "gRPC", host: configuration.host, port: configuration.port, because: error)
        }
    }

    /// Stops accepting, tells clients to open no further calls (GOAWAY), lets the open ones finish, and waits for all of
    /// that at most `timeout`; then what is left is cut off. Returns whether everything ended by itself.
    @discardableResult
    package func stop(timeout: Duration) async -> Bool {
        let channel = listener.withLock { $0.take() }
        try? await channel?.close()
        let haveEnded = await registry.drain(within: timeout, on: eventLoops.group.any())
        if !haveEnded {
            logger.warning("gRPC connections were cut off after waiting \(timeout) for their calls")
        }
        // Calls whose clients have gone may still be at work, and will hand their answers to the event loops.
        if service.openExchanges.count == 0 { await decodingThreads.stop() }
        return haveEnded
    }
}
