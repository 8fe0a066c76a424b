public import InferenceEngine
public import InferenceTypes
public import ModelConfiguration

/// What every front-end offers to clients, whatever the wire: the KServe v2 protocol with Triton's extensions as Swift
/// values. `DataPlane` implements it; tests of front-ends put a fake in its place.
///
/// Thread-safe. Functions that are not `async` never block and may be called on an event loop.
public protocol InferenceService: Sendable {
    var serverMetadata: ServerMetadata { get }
    var isLive: Bool { get }
    var isReady: Bool { get }
    /// The memory that clients share with the server.
    var sharedMemory: SharedMemoryRegistry { get }
    var log: any LogControl { get }
    var tracing: TraceSettingsTable { get }
    func isModelReady(_ name: String, version: Int64?) -> Bool

    /// Whether a model of this name serves, was unloaded, or failed to load.
    func isModelKnown(_ name: String) -> Bool

    /// The model version that will serve a request; holding it pins it.
    func model(_ name: String, version: Int64?) throws(ServingError) -> any Servable

    /// As `model`, for whoever can wait: tells a model that loads at first use from one that cannot serve.
    func lookUp(_ name: String, version: Int64?) throws(ServingError) -> ModelLookup

    func modelMetadata(_ name: String, version: Int64?) throws(ServingError) -> ModelMetadata
    func modelConfiguration(_ name: String, version: Int64?) throws(ServingError) -> ModelConfig
    /// All ready models when `model` is `nil`.
    func statistics(model: String?, version: Int64?) throws(ServingError) -> [ModelStatisticsSnapshot]

    func repositoryIndex(readyOnly: Bool) async throws(ServingError) -> [ModelIndexEntry]
    /// Returns when the model and all that it pulls in are loaded.
    func loadModel(_ name: String, parameters: ModelLoadParameters) async throws(ServingError)
    /// Returns when the unload has begun.
    func unloadModel(_ name: String, unloadDependents: Bool) async throws(ServingError)

    /// What the ready versions of a model take now; `nil` if that is not known.
    func memoryReport(ofModel name: String) -> ModelMemoryReport?
}

extension InferenceService {
    public func memoryReport(ofModel name: String) -> ModelMemoryReport? { nil }

    public func lookUp(_ name: String, version: Int64?) throws(ServingError) -> ModelLookup {
        .servable(try model(name, version: version))
    }

    /// As `model`; waits for a model that loads at first use. It stays in memory for as long as the caller has it.
    public func loadedModel(
        _ name: String, version: Int64?, cancellation: CancellationFlag? = nil
    ) async throws(ServingError) -> any Servable {
        switch try lookUp(name, version: version) {
        case .servable(let servable): servable
        case .absent(let wait): try await wait.finished(cancellation: cancellation).get()
        }
    }

    /// The trace settings of a model that is ready, or of the server when `model` is `nil` or empty.
    public func traceSettings(ofModel model: String?) throws(ServingError) -> TraceSettings {
        tracing.settings(ofModel: try readyModel(model))
    }

    /// Changes the trace settings of a model that is ready, or of the server, and returns what holds then.
    public func updateTraceSettings(
        _ change: TraceSettingsChange, ofModel model: String?
    ) throws(ServingError) -> TraceSettings {
        try tracing.update(change, ofModel: try readyModel(model))
    }

    private func readyModel(_ name: String?) throws(ServingError) -> String? {
        guard let name, !name.isEmpty else { return nil }
        guard isModelReady(name, version: nil) else {
            throw ServingError(.invalidArgument, "Request for unknown model : \(name)")
        }
        return name
    }
}
