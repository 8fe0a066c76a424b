import Synchronization

/// How often models were loaded, and failed to load, since the start.
///
/// Thread-safe.
public final class LoadCounters: Sendable {
    public struct Count: Sendable, Hashable {
        /// Loads and reloads that brought all versions into service.
        public internal(set) var loads: UInt64 = 0
        public internal(set) var failures: UInt64 = 0
    }

    /// Further models are not counted: clients may name models that do not exist.
    static let maximumModels = 10_000

    private let counts = Mutex<[String: Count]>([:])

    /// By model.
    public func all() -> [String: Count] { counts.withLock { $0 } }

    func count(_ model: String, isFailure: Bool) {
        counts.withLock { counts in
            var count = counts[model] ?? Count()
            guard counts.count < Self.maximumModels || counts[model] != nil else { return }
            if isFailure { count.failures += 1 } else { count.loads += 1 }
            counts[model] = count
        }
    }

    /// Forgets the models that are not known any more.
    func keep(_ isKnown: (String) -> Bool) {
        counts.withLock { counts in counts = counts.filter { isKnown($0.key) } }
    }
}
