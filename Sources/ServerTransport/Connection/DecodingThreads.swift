import NIOPosix

/// Threads for work on request bodies that would keep an event loop from its other connections.
///
/// Thread-safe. What is handed over before `start` or while the threads stop is told that it cannot run.
package final class DecodingThreads: Sendable {
    private let pool: NIOThreadPool

    package init(count: Int) { pool = NIOThreadPool(numberOfThreads: max(1, count)) }

    package func start() { pool.start() }

    package func stop() async { try? await pool.shutdownGracefully() }

    /// Calls `work` on one of the threads; `isStopping` tells it that the server will not wait for long work any more.
    package func run(_ work: @escaping @Sendable (_ isStopping: Bool) -> Void) {
        pool.submit { state in
            if case .active = state { work(false) } else { work(true) }
        }
    }
}
