import Synchronization

/// How often models were loaded, and failed to load, since the start; also of those that there are no more.
///
/// Thread-safe.
public final class LoadCounters: Sendable {
    public struct Count: Sendable, Hashable {
        /// Loads and reloads that made all versions.
        public internal(set) var loads: UInt64 = 0
        /// Loads and reloads that failed, and configurations that could not be read.
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
}
