public import InferenceTypes
package import Logging
import NIOCore
import NIOPosix
package import ServerTransport
package import ServingProtocol
import Synchronization

/// Serves the KServe v2 protocol, or metrics, over HTTP/1.1.
///
/// `start` once, `stop` once. Inference requests are decoded on the event loop, large ones on threads for that, and
/// answered by the thread that finished them; the control requests that take long run in tasks.
public final class HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let application: any HTTPApplication
    /// What the port is for, as errors say it.
    private let purpose: String
    private let registry: ConnectionRegistry
    private let openExchanges: OpenExchanges
    private let eventLoops: EventLoops
    private let budget: BodyBudget
    private let decodingThreads: DecodingThreads
    private let listener = Mutex<Listener?>(nil)
    private let logger: Logger

    /// `eventLoops`: shared by the servers of all protocols; whoever made them shuts them down.
    /// `budget`: for the request bodies of all protocols. `onActivity`: called for every request; must be quick.
    package convenience init(
        configuration: HTTPServerConfiguration, service: any InferenceService, eventLoops: EventLoops,
        budget: BodyBudget = BodyBudget(), onActivity: @escaping @Sendable () -> Void = {}, logger: Logger
    ) {
        let decodingThreads = DecodingThreads(count: 2 * eventLoops.count)
        self.init(
            "HTTP", configuration,
            ServiceApplication(
                service: service, limits: configuration.limits, access: configuration.access,
                decodingThreads: decodingThreads),
            decodingThreads, eventLoops, budget, OpenExchanges(onActivity: onActivity), logger)
    }

    /// Serves `GET /metrics`.
    ///
    /// - Parameter metrics: makes the text; called on a thread of its own, one call at a time.
    package convenience init(
        configuration: HTTPServerConfiguration, metrics: @escaping @Sendable () -> [UInt8], eventLoops: EventLoops,
        logger: Logger
    ) {
        let thread = DecodingThreads(count: 1)
        self.init(
            "metrics", configuration,
            MetricsApplication(maximumBodyBytes: configuration.limits.maximumBodyBytes, threads: thread, text: metrics),
            thread, eventLoops, BodyBudget(), OpenExchanges(), logger)
    }

    private init(
        _ purpose: String, _ configuration: HTTPServerConfiguration, _ application: any HTTPApplication,
        _ decodingThreads: DecodingThreads, _ eventLoops: EventLoops, _ budget: BodyBudget,
        _ openExchanges: OpenExchanges, _ logger: Logger
    ) {
        self.purpose = purpose
        self.configuration = configuration
        self.application = application
        self.decodingThreads = decodingThreads
        self.eventLoops = eventLoops
        self.budget = budget
        self.openExchanges = openExchanges
        self.logger = logger
        registry = ConnectionRegistry(limit: configuration.limits.maximumConnections)
    }

    /// Connections that are open now.
    public var connectionCount: Int { registry.count }

    /// Connections that were too many, since the start.
    public var refusedConnectionCount: Int { registry.refusedCount }

    /// Requests that are being answered now.
    public var openRequestCount: Int { openExchanges.count }

    /// Binds the socket of the configuration, on which nothing is accepted yet. Throws `unavailable`.
    package func makeSocket() throws(ServingError) -> ListeningSocket {
        try ListeningSocket(
            for: purpose, host: configuration.host, port: configuration.port, reusesPort: configuration.reusesPort)
    }

    /// Opens the port of the configuration and returns its number. Throws as `start(on:)` does.
    public func start() async throws(ServingError) -> Int { try await start(on: try makeSocket()) }

    /// Accepts the connections of a socket, which is this server's from now on, and returns its port. Throws `unavailable`
    /// when that cannot be, and `invalidArgument` when the certificates cannot be used.
    @discardableResult
    package func start(on socket: ListeningSocket) async throws(ServingError) -> Int {
        let (application, limits, logger) = (application, configuration.limits, logger)
        let (registry, openExchanges, budget) = (registry, openExchanges, budget)
        let eventLoops = eventLoops
        let tls = try TLSContextReloader(configuration.tls, .http1, logger: logger)
        let bootstrap = ServerBootstrap(group: eventLoops.group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
        let listener = Listener(socket)
        do {
            try await listener.start(bootstrap) { channel in
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
            decodingThreads.start()
            self.listener.withLock { $0 = listener }
            return socket.port
        } catch {
            throw .cannotListen(for: purpose, host: configuration.host, port: socket.port, because: error)
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

    /// From now on each response is the last of its connection, which says so (`Connection: close`); clients go on over
    /// new connections, and need not be cut off later.
    package func announceEnd() { registry.announceEnd() }

    /// Leaves the port; connections that are open are served on. Returns when the socket is released.
    package func stopAccepting() async { await listener.withLock { $0.take() }?.stop() }

    /// Stops accepting, lets requests in flight finish with `Connection: close`, closes idle connections, and waits for all
    /// of that at most `timeout`; then what is left is cut off. Returns whether everything ended by itself.
    ///
    /// - Parameter idleGrace: How long an idle connection stays open for one more request.
    @discardableResult
    public func stop(timeout: Duration, idleGrace: Duration = .zero) async -> Bool {
        await stopAccepting()
        let haveEnded = await registry.drain(within: timeout, idleGrace: idleGrace, on: eventLoops.group.any())
        if !haveEnded {
            logger.warning("\(purpose) connections were cut off after waiting \(timeout) for their requests")
        }
        // Requests whose clients have gone may still be at work, and will hand their answers to the event loops.
        if openExchanges.count == 0 { await decodingThreads.stop() }
        return haveEnded
    }
}
