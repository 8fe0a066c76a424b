import Synchronization

/// Counters of one model version. They belong to the loaded object: a reload starts from zero.
///
/// Thread-safe; recording takes one short lock.
public final class ModelStatistics: Sendable {
    private let state: Mutex<ModelStatisticsSnapshot>

    public init(name: String, version: Int64) {
        var snapshot = ModelStatisticsSnapshot()
        snapshot.name = name
        snapshot.version = version
        state = Mutex(snapshot)
    }

    public func snapshot() -> ModelStatisticsSnapshot { state.withLock { $0 } }
}
