import InferenceTypes
import Scheduling
import Synchronization

/// Does small things for threads of low priority that they must not do themselves: it starts threads, and lets tasks go on.
/// A thread inherits the priority of whoever starts it, and Swift's pool starts threads when it gets work.
///
/// Its own thread has the priority of the thread that makes this, and lives as long as this. Thread-safe.
public final class ThreadStarter: Sendable {
    private let errands = Errands()

    public init() {
        let errands = errands
        // Without the thread everything is done by those who ask, at their priority.
        do throws(ServingError) {
            try OSThread.start(name: "thread starter") { errands.run() }
        } catch {
            errands.end()
        }
    }

    deinit { errands.end() }

    /// Runs `errand` soon. It must be short.
    func run(_ errand: @escaping @Sendable () -> Void) {
        if !errands.add(errand) { errand() }
    }

    /// Starts a thread as `OSThread` does, and returns when it has been started.
    func start(name: String, _ body: @escaping @Sendable () -> Void) throws(ServingError) {
        let outcome = ThreadResult<Result<Void, ServingError>>()
        run {
            do throws(ServingError) {
                try OSThread.start(name: name, body)
                outcome.set(.success(()))
            } catch {
                outcome.set(.failure(error))
            }
        }
        try outcome.wait().get()
    }
}

private final class Errands: Sendable {
    private struct State {
        var queue: [@Sendable () -> Void] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))

    /// Returns whether somebody will run it.
    func add(_ errand: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isOver { state.queue.append(errand) }
            return !state.isOver
        }
        if isTaken { signal.raise() }
        return isTaken
    }

    /// What was added before is still run.
    func end() {
        state.withLock { $0.isOver = true }
        signal.raise()
    }

    func run() {
        while true {
            let (errands, isOver) = state.withLock { state in
                defer { state.queue = [] }
                return (state.queue, state.isOver)
            }
            for errand in errands { errand() }
            if errands.isEmpty {
                if isOver { return }
                signal.wait()
            }
        }
    }
}
