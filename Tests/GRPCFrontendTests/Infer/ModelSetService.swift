import InferenceEngine
import InferenceTesting
import InferenceTypes
import Logging
import ModelConfiguration
import ServingProtocol

/// A service that offers the models of a set for inference, and nothing else.
struct ModelSetService: InferenceService {
    let models: ModelSet
    let serverMetadata = ServerMetadata(name: "nereid", version: "1", extensions: [])
    let isLive = true
    let isReady = true
    let sharedMemory: SharedMemoryRegistry
    let log: any LogControl = LogSettingsStore()
    let tracing = TraceSettingsTable(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    init(_ models: ModelSet, sharesMemory: Bool = false) {
        self.models = models
        var settings = SharedMemorySettings()
        settings.isAllowed = sharesMemory
        sharedMemory = SharedMemoryRegistry(settings: settings)
    }

    init(_ servables: [ScriptedServable], sharesMemory: Bool = false) {
        let models = ModelSet([])
        for servable in servables { models.add(servable) }
        self.init(models, sharesMemory: sharesMemory)
    }

    init(_ servables: ScriptedServable...) { self.init(servables) }

    func model(_ name: String, version: Int64?) throws(ServingError) -> any Servable {
        guard let servable = models.servable(name) else {
            throw ServingError(.notFound, "Request for unknown model: '\(name)' is not found")
        }
        guard version == nil || version == servable.version else {
            throw ServingError(
                .notFound, "Request for unknown model: '\(name)' version \(version ?? 0) is not found")
        }
        return servable
    }

    func isModelReady(_ name: String, version: Int64?) -> Bool { models.servable(name) != nil }
    func isModelKnown(_ name: String) -> Bool { models.servable(name) != nil }

    func modelMetadata(_ name: String, version: Int64?) throws(ServingError) -> ModelMetadata { throw Self.notOffered }
    func modelConfiguration(_ name: String, version: Int64?) throws(ServingError) -> ModelConfig {
        throw Self.notOffered
    }
    func statistics(model: String?, version: Int64?) throws(ServingError) -> [ModelStatisticsSnapshot] {
        throw Self.notOffered
    }
    func repositoryIndex(readyOnly: Bool) async throws(ServingError) -> [ModelIndexEntry] { throw Self.notOffered }
    func loadModel(_ name: String, parameters: ModelLoadParameters) async throws(ServingError) {
        throw Self.notOffered
    }
    func unloadModel(_ name: String, unloadDependents: Bool) async throws(ServingError) { throw Self.notOffered }

    private static let notOffered = ServingError(.unsupported, "only inference is offered here")
}
