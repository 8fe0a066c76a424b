public import InferenceTypes
public import Logging
import NIOCore
import NIOPosix
public import ServingProtocol
import Synchronization

/// Serves the KServe v2 protocol over HTTP/1.1.
///
/// `start` once, `stop` once. Inference requests are decoded on the event loop, large ones on threads for that, and
/// answered by the thread that finished them; the control requests that take long run in tasks.
public final class HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let application: ServiceApplication
    private let registry: HTTPConnectionRegistry
    private let openExchanges = OpenExchanges()
    private let group: MultiThreadedEventLoopGroup
    private let decodingThreads: DecodingThreads
    private let listener = Mutex<(any Channel)?>(nil)
    private let logger: Logger

    public init(configuration: HTTPServerConfiguration, service: any InferenceService, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        decodingThreads = DecodingThreads(count: 2 * configuration.eventLoopCount)
        application = ServiceApplication(
            service: service, limits: configuration.limits, decodingThreads: decodingThreads)
        registry = HTTPConnectionRegistry(limit: configuration.limits.maximumConnections)
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.eventLoopCount))
    }

    /// Connections that are open now.
    public var connectionCount: Int { registry.count }

    /// Opens the port and returns its number. Throws `unavailable` when it cannot be opened.
    public func start() async throws(ServingError) -> Int {
        let (application, limits) = (application, configuration.limits)
        let (registry, openExchanges) = (registry, openExchanges)
        let turnQueues = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), HTTPTurnQueue($0)) })
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: configuration.reusesPort ? 1 : 0)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard registry.add(channel) else {
                        return try channel.pipeline.syncOperations.addHandler(
                            HTTPConnectionRefuser(linger: TimeAmount(limits.closeLinger)))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPConnectionHandler(
                            application: application, limits: limits,
                            turnQueue: turnQueues[ObjectIdentifier(channel.eventLoop)]
                                ?? HTTPTurnQueue(channel.eventLoop),
                            openExchanges: openExchanges))
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
            throw ServingError(
                .unavailable,
                "cannot listen for HTTP on \(configuration.host):\(configuration.port): \(Self.reason(error)); "
                    + "is another server using the port?")
        }
    }

    /// The system's words, without the names of functions and numbers around them.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }

    /// Stops accepting, lets requests in flight finish with `Connection: close`, closes idle connections, and waits for all
    /// of that at most `timeout`; then what is left is cut off. Returns whether everything ended by itself.
    @discardableResult
    public func stop(timeout: Duration) async -> Bool {
        let channel = listener.withLock { $0.take() }
        try? await channel?.close()
        let drained = group.any().makePromise(of: Void.self)
        let isCutOff = group.any().makePromise(of: Bool.self)
        let registry = registry
        let timer = group.any().scheduleTask(in: TimeAmount(timeout)) {
            isCutOff.succeed(true)
            registry.closeAll()
        }
        registry.drain(drained)
        try? await drained.futureResult.get()
        timer.cancel()
        isCutOff.succeed(false)
        let wasCutOff = (try? await isCutOff.futureResult.get()) ?? false
        if wasCutOff {
            logger.warning("HTTP connections were cut off after waiting \(timeout) for their requests")
        }
        // Requests whose clients have gone may still be at work, and will hand their answers to the event loops.
        if openExchanges.count == 0 {
            await decodingThreads.stop()
            try? await group.shutdownGracefully()
        }
        return !wasCutOff
    }
}
