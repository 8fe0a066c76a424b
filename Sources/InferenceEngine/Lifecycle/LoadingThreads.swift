import InferenceTypes
import Synchronization

/// A few OS threads that run blocking work, first come first served: reading repositories, loading and freeing models.
///
/// Threads start with the first work that finds none idle, up to the limit, and end when there is nothing left to do.
final class LoadingThreads: Sendable {
    private struct State {
        var queue: [@Sendable () -> Void] = []
        var running = 0
        var limit: Int
        var isBackground = false
    }

    private let name: String
    private let starter: ThreadStarter
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limit: how many threads there are at most.
    ///   - starter: lets the tasks go on that wait for results, because the threads may have low priority.
    init(name: String, limit: Int, starter: ThreadStarter) {
        self.name = name
        self.starter = starter
        state = Mutex(State(limit: max(limit, 1)))
    }

    /// From now on the threads stand behind those that serve: they have low priority, and there are fewer, `limit` at most.
    /// What they do at the moment they finish as before.
    func stayInBackground(limit: Int) {
        state.withLock { state in
            state.isBackground = true
            state.limit = min(state.limit, max(limit, 1))
        }
    }

    /// Runs `work` on one of the threads, later.
    func submit(_ work: @escaping @Sendable () -> Void) {
        let startsThread = state.withLock { state in
            state.queue.append(work)
            guard state.running < state.limit else { return false }
            state.running += 1
            return true
        }
        if startsThread { startThread() }
    }

    private func startThread() {
        do throws(ServingError) {
            try OSThread.start(name: name) { self.drain(mayLowerPriority: true) }
        } catch {
            // Without a new thread the work is left to those that run; if there is none, this thread has to do it.
            let isLast = state.withLock { state in
                state.running -= 1
                return state.running == 0
            }
            guard isLast else { return }
            state.withLock { $0.running += 1 }
            drain(mayLowerPriority: false)
        }
    }

    /// Runs `work` on one of the threads and returns what it returns.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            submit {
                let value = work()
                self.starter.run { continuation.resume(returning: value) }
            }
        }
    }

    private func drain(mayLowerPriority: Bool) {
        var isBackground = !mayLowerPriority
        while let (work, wantsBackground) = next() {
            if wantsBackground, !isBackground {
                ThreadPriority.enterBackground()
                isBackground = true
            }
            work()
        }
    }

    private func next() -> (work: @Sendable () -> Void, isBackground: Bool)? {
        state.withLock { state in
            guard !state.queue.isEmpty, state.running <= state.limit else {
                state.running -= 1
                return nil
            }
            return (state.queue.removeFirst(), state.isBackground)
        }
    }
}
