import Synchronization

/// How one on-demand model is being used. Thread-safe.
final class ModelUse: Sendable {
    private let leases = Atomic(0)
    private let lastUse = Atomic<UInt64>(0)
    private let whenIdle: @Sendable () -> Void

    /// - Parameter whenIdle: called when the last lease ends, on the thread that ends it; must be quick.
    init(whenIdle: @escaping @Sendable () -> Void) { self.whenIdle = whenIdle }

    var usage: ResidencyPolicy.Usage {
        .init(
            leases: leases.load(ordering: .sequentiallyConsistent), lastUse: lastUse.load(ordering: .relaxed))
    }

    /// - Parameter stamp: larger than those of earlier uses of all models.
    func beginLease(stamp: UInt64) {
        leases.wrappingAdd(1, ordering: .sequentiallyConsistent)
        lastUse.store(stamp, ordering: .relaxed)
    }

    func endLease() {
        if leases.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue == 0 { whenIdle() }
    }
}
