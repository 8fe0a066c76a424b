public import InferenceTypes
public import ModelConfiguration

/// A model version that answers requests: a model on a backend, or an ensemble.
///
/// Holding a reference pins the version: a reload or unload lets it finish what it was given, and it is freed with its
/// last reference. Whoever gives it a request holds it until the final event, so that an on-demand model is not chosen to
/// leave in between. All members may be used from any thread.
public protocol Servable: AnyObject, Sendable {
    var name: String { get }
    var version: Int64 { get }
    /// Normalised, auto-completed and validated.
    var configuration: ModelConfig { get }
    var statistics: ModelStatistics { get }
    /// Requests that wait to be executed.
    var pendingRequestCount: Int { get }
    /// Whether tensors carry a batch dimension in front.
    var isBatching: Bool { get }
    /// Whether a request may have any number of responses.
    var isDecoupled: Bool { get }

    /// Validates the request and schedules it. Never blocks. `responder` gets exactly one final event, on any thread,
    /// possibly before this call returns.
    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender)

    /// As `enqueue`, from an event loop that hands over several requests before instances are woken with `wakes`.
    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender, waking wakes: WakeBatch?)

    /// The memory of the model and its instances, one entry for each device; what instances share is counted once. Empty
    /// where a backend does not tell, and for ensembles.
    var memoryUsage: [MemoryUsage] { get }

    /// The label of element `index` of an output that has a label file, or `nil`.
    func label(output: String, index: Int) -> String?
}

// Every request asks for these: a servable for real traffic stores them, because reading `configuration` copies it whole.
extension Servable {
    public var isBatching: Bool { configuration.maxBatchSize > 0 }
    public var isDecoupled: Bool { configuration.isDecoupled }
    public var pendingRequestCount: Int { 0 }
    public var memoryUsage: [MemoryUsage] { [] }

    /// The counters and the memory, as the statistics extension shows them.
    public func statisticsSnapshot() -> ModelStatisticsSnapshot {
        var snapshot = statistics.snapshot()
        snapshot.memoryUsage = memoryUsage
        return snapshot
    }

    public func enqueue(_ request: InferenceRequest, _ responder: ResponseSender, waking wakes: WakeBatch?) {
        enqueue(request, responder)
    }
}
