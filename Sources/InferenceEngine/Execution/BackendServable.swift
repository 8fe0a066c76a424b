import BackendAPI
public import InferenceTypes
public import ModelConfiguration
import Scheduling
import Synchronization

/// A model version on a backend: validates requests, queues them, and runs them on its instances.
///
/// Its instances can change while it serves. When the last reference goes, they finish and are released on their own
/// threads; the loaded model follows the last of them.
public final class BackendServable: Servable {
    public let name: String
    public let version: Int64
    public let statistics: ModelStatistics
    public let isBatching: Bool
    public let isDecoupled: Bool

    /// Only instance groups and version policy ever change.
    private let currentConfiguration: Mutex<ModelConfig>
    private let validator: RequestValidator
    private let labels: OutputLabels
    private let sequences: Mutex<SequenceTracker>?
    private let pool: InstancePool
    private let lifetime: ServableLifetime?

    init(
        source: ServableSource, configuration: ModelConfig, statistics: ModelStatistics, labels: OutputLabels,
        pool: InstancePool, limits: ServingLimits
    ) {
        name = source.name
        version = source.version
        lifetime = source.lifetime
        currentConfiguration = Mutex(configuration)
        isBatching = configuration.maxBatchSize > 0
        isDecoupled = configuration.isDecoupled
        self.statistics = statistics
        self.labels = labels
        self.pool = pool
        validator = RequestValidator(configuration)
        sequences = configuration.sequenceBatching.map {
            Mutex(SequenceTracker($0, limit: limits.maximumActiveSequences))
        }
    }

    deinit { pool.stop() }

    public var configuration: ModelConfig { currentConfiguration.withLock { $0 } }

    /// Makes and warms up the instances that `configuration` adds. With the commit they serve, those that it does not have
    /// any more end after what they execute, and the rest, like queue, sequences and statistics, goes on undisturbed.
    ///
    /// - Parameters:
    ///   - configuration: differs in instance groups and version policy only.
    ///   - instances: all that it asks for.
    func prepareUpdate(
        to configuration: ModelConfig, instances: [InstanceContext], warmup: Warmup
    ) throws(ServingError) -> ServableUpdate {
        let change = InstanceChange(from: pool.serving, to: instances)
        let added = try pool.prepare(change.added, warmup: warmup)
        return ServableUpdate {
            self.pool.commit(added, kept: change.kept, retired: change.retired)
            self.currentConfiguration.withLock { $0 = configuration }
        } abandon: { [pool] in
            pool.retire(added)
        }
    }

    public func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        enqueue(request, responder, waking: nil)
    }

    public func enqueue(_ request: InferenceRequest, _ responder: ResponseSender, waking wakes: WakeBatch?) {
        let now = ContinuousClock.now
        var validated = request
        do throws(ServingError) {
            try validator.validate(&validated)
            if let refusal = sequences?.withLock({ $0.admit(validated, now: now) }) { throw refusal }
        } catch {
            responder.send(.failed(error))
            return
        }
        pool.enqueue(PendingRequest(request: validated, responder: responder, enqueued: now, owner: self), wakes)
    }

    public var pendingRequestCount: Int { pool.pendingRequestCount }

    public var memoryUsage: [MemoryUsage] { pool.memoryUsage }

    public func label(output: String, index: Int) -> String? { labels.label(output: output, index: index) }
}
