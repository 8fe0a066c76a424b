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

    func modelMetadata(_ name: String, version: Int64?) throws(ServingError) -> ModelMetadata
    func modelConfiguration(_ name: String, version: Int64?) throws(ServingError) -> ModelConfig
    /// All ready models when `model` is `nil`.
    func statistics(model: String?, version: Int64?) throws(ServingError) -> [ModelStatisticsSnapshot]

    func repositoryIndex(readyOnly: Bool) async throws(ServingError) -> [ModelIndexEntry]
    /// Returns when the model and all that it pulls in are loaded.
    func loadModel(_ name: String, parameters: ModelLoadParameters) async throws(ServingError)
    /// Returns when the unload has begun.
    func unloadModel(_ name: String, unloadDependents: Bool) async throws(ServingError)
}

extension InferenceService {
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
