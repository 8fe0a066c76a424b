import InferenceTypes
import NIOPosix

/// Threads that decode the request bodies which would keep an event loop from its other connections.
///
/// Thread-safe. What is handed over before `start` or while the threads stop is refused.
final class DecodingThreads: Sendable {
    private let pool: NIOThreadPool

    init(count: Int) { pool = NIOThreadPool(numberOfThreads: max(1, count)) }

    func start() { pool.start() }

    func stop() async { try? await pool.shutdownGracefully() }

    /// Runs `work`, which answers `exchange`, unless its client has gone.
    func run(for exchange: HTTPExchange, _ work: @escaping @Sendable () -> Void) {
        pool.submit { state in
            guard case .active = state else {
                return exchange.send(.failure(.serviceUnavailable, "the server is stopping", .plainText))
            }
            guard !exchange.cancellation.isCancelled else {
                return exchange.send(.failure(.badRequest, "the client has closed the connection", .plainText))
            }
            work()
        }
    }
}
