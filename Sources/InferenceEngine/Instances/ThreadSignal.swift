import InferenceTypes
import Scheduling
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Wakes one thread. A signal that comes before the wait is kept; several make one.
// @unchecked: `mutex` and `condition` are pthread objects, made for use from several threads; `spin` is used by the one
// waiting thread only; everything else is atomic.
final class ThreadSignal: Wakeable, @unchecked Sendable {
    private enum Phase {
        static let clear: UInt8 = 0
        static let raised: UInt8 = 1
        static let asleep: UInt8 = 2
    }

    private let phase = Atomic<UInt8>(Phase.clear)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var spin: AdaptiveSpin

    init(spin: AdaptiveSpin) {
        self.spin = spin
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if !canImport(Darwin)
            pthread_condattr_setclock(&attributes, Self.clock)
        #endif
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Wakes the waiting thread, or lets its next wait return at once. From any thread.
    func raise() {
        guard phase.exchange(Phase.raised, ordering: .acquiringAndReleasing) == Phase.asleep else { return }
        // With the mutex held the sleeper is either not yet past its check of `phase`, or inside the wait.
        pthread_mutex_lock(mutex)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// As `raise`, but a thread that sleeps is woken with the others of the batch; one that spins goes on at once. On the
    /// thread of the batch.
    func raise(with batch: WakeBatch) {
        let (isAwake, _) = phase.compareExchange(
            expected: Phase.clear, desired: Phase.raised, ordering: .acquiringAndReleasing)
        if !isAwake { batch.add(self) }
    }

    func wake() { raise() }

    /// Returns after a signal, or when `deadline` has come. From one thread only.
    func wait(until deadline: ContinuousClock.Instant? = nil) {
        let began = ContinuousClock.now
        defer { phase.store(Phase.clear, ordering: .releasing) }
        if !spun(since: began) { sleep(until: deadline) }
        spin.record(waited: ContinuousClock.now - began)
    }

    private func spun(since began: ContinuousClock.Instant) -> Bool {
        guard spin.budget > .zero else { return isRaised }
        let end = began + spin.budget
        repeat {
            for _ in 0..<64 where isRaised { return true }
        } while ContinuousClock.now < end
        return isRaised
    }

    private var isRaised: Bool { phase.load(ordering: .acquiring) == Phase.raised }

    private func sleep(until deadline: ContinuousClock.Instant?) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let (canSleep, _) = phase.compareExchange(
            expected: Phase.clear, desired: Phase.asleep, ordering: .acquiringAndReleasing)
        guard canSleep else { return }
        while phase.load(ordering: .acquiring) == Phase.asleep {
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            let remaining = ContinuousClock.now.nanoseconds(to: deadline)
            guard remaining > 0 else { return }
            var time = Self.time(after: remaining)
            pthread_cond_timedwait(condition, mutex, &time)
        }
    }

    // Setting the time of day must not make a wait longer, where conditions can be told to use another clock.
    #if canImport(Darwin)
        private static let clock = CLOCK_REALTIME
    #else
        private static let clock = CLOCK_MONOTONIC
    #endif

    private static func time(after nanoseconds: UInt64) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        // An hour at most: the caller looks at the deadline again after each return.
        let total = Int(time.tv_nsec) + Int(min(nanoseconds, 3_600_000_000_000))
        time.tv_sec += total / 1_000_000_000
        time.tv_nsec = total % 1_000_000_000
        return time
    }
}
