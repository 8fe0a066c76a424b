public import InferenceEngine
public import InferenceTypes
public import Logging
public import ModelConfiguration
import ModelRepository

/// The service that front-ends offer, over the models of this process.
public final class DataPlane: InferenceService {
    public let serverMetadata: ServerMetadata
    public let sharedMemory: SharedMemoryRegistry
    public let log: any LogControl
    public let tracing: TraceSettingsTable

    private let models: ModelManager
    private let logger: Logger

    /// - Parameters:
    ///   - serverID: the name under which the server presents itself.
    ///   - serverVersion: of this software.
    public init(
        models: ModelManager, serverID: String = "triton", serverVersion: String = "0.1.0",
        sharedMemory: SharedMemoryRegistry = SharedMemoryRegistry(), log: any LogControl = LogSettingsStore(),
        trace: TraceSettings = TraceSettings(), logger: Logger
    ) {
        self.models = models
        self.sharedMemory = sharedMemory
        self.log = log
        tracing = TraceSettingsTable(trace, logger: logger)
        self.logger = logger
        serverMetadata = ServerMetadata(
            name: serverID, version: serverVersion,
            extensions: ServerMetadata.protocolExtensions(hasSharedMemory: sharedMemory.settings.isAllowed))
    }

    public var isLive: Bool { true }

    public var isReady: Bool { models.isReady }

    public func isModelReady(_ name: String, version: Int64?) -> Bool { models.isModelReady(name, version: version) }

    public func isModelKnown(_ name: String) -> Bool { models.isModelKnown(name) }

    public func model(_ name: String, version: Int64?) throws(ServingError) -> any Servable {
        try models.resolve(name, version)
    }

    public func lookUp(_ name: String, version: Int64?) throws(ServingError) -> ModelLookup {
        try models.lookUp(name, version)
    }

    public func modelMetadata(_ name: String, version: Int64?) throws(ServingError) -> ModelMetadata {
        let configuration = try models.resolve(name, version).configuration
        return ModelMetadata(
            configuration, name: name, versions: version.map { [$0] } ?? models.readyVersions(of: name))
    }

    public func modelConfiguration(_ name: String, version: Int64?) throws(ServingError) -> ModelConfig {
        try models.resolve(name, version).configuration
    }

    public func statistics(model: String?, version: Int64?) throws(ServingError) -> [ModelStatisticsSnapshot] {
        let ready = models.readyServables()
        guard let model, !model.isEmpty else { return ready.map { $0.statisticsSnapshot() } }
        var versions = ready.filter { $0.name == model }.map { $0.statisticsSnapshot() }
        if versions.isEmpty { versions = models.statisticsOfAbsentModel(model) }
        guard !versions.isEmpty else {
            throw ServingError(.invalidArgument, "requested model '\(model)' is not available")
        }
        guard let version else { return versions }
        guard let snapshot = versions.first(where: { $0.version == version }) else {
            throw ServingError(
                .invalidArgument, "requested model version is not available for model '\(model)'")
        }
        return [snapshot]
    }

    public func repositoryIndex(readyOnly: Bool) async throws(ServingError) -> [ModelIndexEntry] {
        try await models.index(readyOnly: readyOnly).map(ModelIndexEntry.init)
    }

    public func loadModel(_ name: String, parameters: ModelLoadParameters) async throws(ServingError) {
        do throws(ServingError) {
            try await models.load(
                name,
                override: ModelLoadOverride(
                    configurationJSON: parameters.configurationJSON, files: parameters.files))
        } catch {
            logger.debug("a load request failed: \(error.message)", metadata: ["model": "\(name)"])
            throw error
        }
    }

    public func memoryReport(ofModel name: String) -> ModelMemoryReport? {
        let usage = models.readyServables().lazy.filter { $0.name == name }.flatMap(\.memoryUsage)
        return ModelMemoryReport(modelByteSize: usage.totalByteSize, residentByteSize: ResidentMemory.byteSize())
    }

    public func unloadModel(_ name: String, unloadDependents: Bool) async throws(ServingError) {
        try await models.unload(name, unloadDependents: unloadDependents)
    }
}

extension ServerMetadata {
    /// The protocol extensions that this server provides, in Triton's order.
    static func protocolExtensions(hasSharedMemory: Bool) -> [String] {
        [
            "classification", "sequence", "model_repository", "model_repository(unload_dependents)",
            "model_configuration",
        ]
            + (hasSharedMemory ? ["system_shared_memory"] : [])
            + ["binary_tensor_data", "parameters", "statistics", "trace", "logging"]
    }
}

extension ModelMetadata {
    /// Shapes are those that clients use: `reshape` does not show.
    init(_ configuration: ModelConfig, name: String, versions: [Int64]) {
        self.init(
            name: name, versions: versions,
            platform: configuration.platform.isEmpty ? configuration.backend : configuration.platform,
            inputs: configuration.inputs.map {
                TensorMetadata(name: $0.name, dataType: $0.dataType, shape: configuration.fullShape($0.dims))
            },
            outputs: configuration.outputs.map {
                TensorMetadata(name: $0.name, dataType: $0.dataType, shape: configuration.fullShape($0.dims))
            })
    }
}

extension ModelIndexEntry {
    init(_ entry: RepositoryIndexEntry) {
        let state: State? = entry.state.map { state in
            switch state {
            case .ready: .ready
            case .unavailable: .unavailable
            case .loading: .loading
            case .unloading: .unloading
            }
        }
        self.init(name: entry.name, version: entry.version, state: state, reason: entry.reason)
    }
}
