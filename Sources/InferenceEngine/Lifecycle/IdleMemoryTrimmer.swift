public import InferenceTypes
import Scheduling
import Synchronization

/// Gives memory back to the system once the server has gone quiet: tensor memory that is kept for use again, and what the
/// C library keeps.
///
/// Works on a thread of its own, which sleeps without any wake-up while nothing happens. Thread-safe.
public final class IdleMemoryTrimmer: Sendable {
    private let memory: TensorMemory
    private let period: Duration
    private let trimHeap: @Sendable () -> Void
    private let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))
    private let isActive = Atomic(false)
    private let isAsleep = Atomic(true)
    private let isStopped = Atomic(false)

    /// - Parameter period: Memory that nobody has used for between one and two periods goes back; a server is quiet after one.
    public convenience init(memory: TensorMemory = .shared, period: Duration = .seconds(5)) {
        self.init(memory: memory, period: period, trimHeap: MemoryTrim.trim)
    }

    init(memory: TensorMemory, period: Duration, trimHeap: @escaping @Sendable () -> Void) {
        self.memory = memory
        self.period = period
        self.trimHeap = trimHeap
    }

    /// Starts the thread, which lives until `stop`.
    public func start() throws(ServingError) {
        memory.whenKeeping { [weak self] in self?.noteActivity() }
        try OSThread.start(name: "memory") { self.run() }
    }

    public func stop() {
        memory.whenKeeping(nil)
        isStopped.store(true, ordering: .sequentiallyConsistent)
        signal.raise()
    }

    /// The server is at work. Cheap enough for every request.
    public func noteActivity() {
        guard !isActive.load(ordering: .relaxed) else { return }
        isActive.store(true, ordering: .sequentiallyConsistent)
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { signal.raise() }
    }

    private func run() {
        while !isStopped.load(ordering: .sequentiallyConsistent) {
            if isAsleep.load(ordering: .sequentiallyConsistent) { signal.wait() } else { watch() }
        }
    }

    /// Until the server has been quiet for a period and nothing is kept.
    private func watch() {
        isActive.store(false, ordering: .sequentiallyConsistent)
        let end = ContinuousClock.now + period
        while ContinuousClock.now < end, !isStopped.load(ordering: .sequentiallyConsistent) { signal.wait(until: end) }
        let isKeeping = memory.trim()
        guard !isActive.load(ordering: .sequentiallyConsistent), !isKeeping else { return }
        trimHeap()
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        // Somebody may have looked between the check and this.
        if isActive.load(ordering: .sequentiallyConsistent) { isAsleep.store(false, ordering: .sequentiallyConsistent) }
    }
}
