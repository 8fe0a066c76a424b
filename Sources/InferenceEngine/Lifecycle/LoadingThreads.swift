import InferenceTypes
import Synchronization

/// A few OS threads that run blocking work, first come first served: reading repositories, loading and freeing models.
///
/// Threads start with the first work that finds none idle, up to the limit, and end when there is nothing left to do.
final class LoadingThreads: Sendable {
    private struct State {
        var queue: [@Sendable () -> Void] = []
        var running = 0
    }

    private let name: String
    private let limit: Int
    private let state = Mutex(State())

    init(name: String, limit: Int) {
        self.name = name
        self.limit = max(limit, 1)
    }

    /// Runs `work` on one of the threads, later.
    func submit(_ work: @escaping @Sendable () -> Void) {
        let startsThread = state.withLock { state in
            state.queue.append(work)
            guard state.running < limit else { return false }
            state.running += 1
            return true
        }
        guard startsThread else { return }
        do throws(ServingError) {
            try OSThread.start(name: name) { self.drain() }
        } catch {
            // Without a new thread the work is left to those that run; if there is none, this thread has to do it.
            let isLast = state.withLock { state in
                state.running -= 1
                return state.running == 0
            }
            guard isLast else { return }
            state.withLock { $0.running += 1 }
            drain()
        }
    }

    /// Runs `work` on one of the threads and returns what it returns.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            submit { continuation.resume(returning: work()) }
        }
    }

    private func drain() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.queue.removeFirst()
        }
    }
}
