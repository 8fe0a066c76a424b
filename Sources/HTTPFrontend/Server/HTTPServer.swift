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
    private let listener = Mutex<Listener?>(nil)
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

    /// Binds the socket of the configuration, on which nothing is accepted yet. Throws `unavailable`.
    package func makeSocket() throws(ServingError) -> ListeningSocket {
        try ListeningSocket(
            for: "HTTP", host: configuration.host, port: configuration.port, reusesPort: configuration.reusesPort)
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
            throw .cannotListen(for: "HTTP", host: configuration.host, port: socket.port, because: error)
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
            logger.warning("HTTP connections were cut off after waiting \(timeout) for their requests")
        }
        // Requests whose clients have gone may still be at work, and will hand their answers to the event loops.
        if openExchanges.count == 0 { await decodingThreads.stop() }
        return haveEnded
    }
}
