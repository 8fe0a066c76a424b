public import InferenceTypes
package import Logging
import NIOCore
import NIOPosix
package import ServerTransport
package import ServingProtocol
import Synchronization

/// Serves the KServe v2 protocol over HTTP/1.1.
///
/// `start` once, `stop` once. Inference requests are decoded on the event loop, large ones on threads for that, and
/// answered by the thread that finished them; the control requests that take long run in tasks.
public final class HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let application: ServiceApplication
    private let registry: ConnectionRegistry
    private let openExchanges: OpenExchanges
    private let eventLoops: EventLoops
    private let budget: BodyBudget
    private let decodingThreads: DecodingThreads
    private let listener = Mutex<(any Channel)?>(nil)
    private let logger: Logger

    /// `eventLoops`: shared by the servers of all protocols; whoever made them shuts them down.
    /// `budget`: for the request bodies of all protocols. `onActivity`: called for every request; must be quick.
    package init(
        configuration: HTTPServerConfiguration, service: any InferenceService, eventLoops: EventLoops,
        budget: BodyBudget = BodyBudget(), onActivity: @escaping @Sendable () -> Void = {}, logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoops = eventLoops
        self.budget = budget
        openExchanges = OpenExchanges(onActivity: onActivity)
        self.logger = logger
        decodingThreads = DecodingThreads(count: 2 * eventLoops.count)
        application = ServiceApplication(
            service: service, limits: configuration.limits, access: configuration.access,
            decodingThreads: decodingThreads)
        registry = ConnectionRegistry(limit: configuration.limits.maximumConnections)
    }

    /// Connections that are open now.
    public var connectionCount: Int { registry.count }

    /// Opens the port and returns its number. Throws `unavailable` when it cannot be opened, and `invalidArgument` when
    /// the certificates cannot be used.
    public func start() async throws(ServingError) -> Int {
        let (application, limits, logger) = (application, configuration.limits, logger)
        let (registry, openExchanges, budget) = (registry, openExchanges, budget)
        let eventLoops = eventLoops
        let tls = try TLSContextReloader(configuration.tls, .http1, logger: logger)
        let bootstrap = ServerBootstrap(group: eventLoops.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: configuration.reusesPort ? 1 : 0)
            .childChannelInitializer { channel in
                guard registry.add(channel) else {
                    return channel.refuseAccepted(
                        tls: tls, HTTPConnectionRefuser(linger: TimeAmount(limits.closeLinger)))
                }
                return channel.setUpAccepted(
                    tls: tls, handshakeLimit: TimeAmount(limits.headerTimeout), logger: logger
                ) { channel in
                    let receiver = try Self.setUpReading(channel, isEncrypted: tls != nil)
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPConnectionHandler(
                            application: application, limits: limits,
                            turnQueue: eventLoops.turnQueue(of: channel.eventLoop),
                            mailbox: eventLoops.mailbox(of: channel.eventLoop),
                            wakes: eventLoops.wakeBatch(of: channel.eventLoop), budget: budget, receiver: receiver,
                            openExchanges: openExchanges))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
        do {
            let channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            listener.withLock { $0 = channel }
            decodingThreads.start()
            return channel.localAddress?.port ?? configuration.port
        } catch {
            throw .cannotListen(
                for: "HTTP", host: configuration.host, port: configuration.port, because: error)
        }
    }

    /// What aims the reads of a connection at the bodies that it receives; `nil` where reads bring what TLS makes of them.
    private static func setUpReading(_ channel: any Channel, isEncrypted: Bool) throws -> DirectReceiver? {
        guard !isEncrypted else {
            let allocator = AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 8192, maximum: 1 << 20)
            try channel.syncOptions?.setOption(.recvAllocator, value: allocator)
            return nil
        }
        let receiver = DirectReceiver()
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        try channel.syncOptions?.setOption(.recvAllocator, value: receiver)
        return receiver
    }

    /// Stops accepting, lets requests in flight finish with `Connection: close`, closes idle connections, and waits for all
    /// of that at most `timeout`; then what is left is cut off. Returns whether everything ended by itself.
    @discardableResult
    public func stop(timeout: Duration) async -> Bool {
        let channel = listener.withLock { $0.take() }
        try? await channel?.close()
        let haveEnded = await registry.drain(within: timeout, on: eventLoops.group.any())
        if !haveEnded {
            logger.warning("HTTP connections were cut off after waiting \(timeout) for their requests")
        }
        // Requests whose clients have gone may still be at work, and will hand their answers to the event loops.
        if openExchanges.count == 0 { await decodingThreads.stop() }
        return haveEnded
    }
}
