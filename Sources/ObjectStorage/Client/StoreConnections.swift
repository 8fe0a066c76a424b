import AsyncHTTPClient
import InferenceTypes
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The HTTP client and the threads that all repositories share: one event loop, and two threads for work on files.
final class StoreConnections: Sendable {
    let http: HTTPClient
    private let group: MultiThreadedEventLoopGroup
    private let files: NIOThreadPool
    private let isClosed = Mutex(false)

    /// - Parameter trustedCertificates: a file in PEM form; `nil` trusts the system's authorities.
    init(limits: ObjectStoreLimits, trustedCertificates: String?) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        files = NIOThreadPool(numberOfThreads: 2)
        files.start()
        // A connection that is not there after some seconds will not come; then it is tried anew.
        let connectTimeout = TimeAmount(min(limits.timeout, .seconds(5)))
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: connectTimeout, read: TimeAmount(limits.timeout)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.parallelRequests
        if let trustedCertificates {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(trustedCertificates)
            configuration.tlsConfiguration = tls
        }
        http = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    deinit {
        guard !isClosed.withLock({ $0 }) else { return }
        let (http, group, files) = (http, group, files)
        Task { await Self.shutDown(http, group, files) }
    }

    /// Runs work that blocks on the disk.
    func onFileThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError>
        do {
            result = try await files.runIfActive { Result { () throws(StoreError) in try work() } }
        } catch {
            throw .cancelled
        }
        return try result.get()
    }

    func close() async {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if !wasClosed { await Self.shutDown(http, group, files) }
    }

    private static func shutDown(
        _ http: HTTPClient, _ group: MultiThreadedEventLoopGroup, _ files: NIOThreadPool
    ) async {
        try? await http.shutdown()
        try? await group.shutdownGracefully()
        try? await files.shutdownGracefully()
    }
}
