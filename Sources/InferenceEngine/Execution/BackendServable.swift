import BackendAPI
public import InferenceTypes
public import ModelConfiguration
import Scheduling
import Synchronization

/// A model version on a backend: validates requests, queues them, and runs them on its instances.
///
/// When the last reference goes, the instances finish and are released on their own threads; the loaded model follows
/// the last of them.
public final class BackendServable: Servable {
    public let name: String
    public let version: Int64
    public let configuration: ModelConfig
    public let statistics: ModelStatistics
    public let isBatching: Bool
    public let isDecoupled: Bool

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
        self.configuration = configuration
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

    public func label(output: String, index: Int) -> String? { labels.label(output: output, index: index) }
}
