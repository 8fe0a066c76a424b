import BackendAPI
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Logging
import ModelConfiguration
import ReferenceBackends
import ServerTransport
import ServingProtocol
import TorchBackend

/// The parts of the server, put together. Nothing runs yet.
struct InferenceServer: Sendable {
    let models: ModelManager
    let service: any InferenceService
    /// Shared by all protocols.
    let eventLoops: EventLoops
    let memoryTrimmer = IdleMemoryTrimmer()
    let http: HTTPServer
    /// Those that a configuration can name, the built-in ensembles included.
    let backendNames: [String]

    /// - Parameter log: what clients may look at and change.
    init(configuration: ServerConfiguration, log: any LogControl, logger: Logger) {
        let torchPaths = SharedLibraryPaths.torchShim(
            given: configuration.torchLibrary, executable: SharedLibraryPaths.executable)
        let backends = BackendRegistry([
            TorchBackend(libraryPaths: torchPaths), IdentityBackend(), AddSubBackend(),
        ])
        backendNames = (backends.names + ["ensemble"]).sorted()

        let table = ServableTable()
        var factorySettings = DefaultServableFactory.Settings()
        factorySettings.autoCompletes = configuration.repository.autoCompletesConfigurations
        factorySettings.backendSettings = configuration.backendSettings
        factorySettings.limits = configuration.serving
        let factory = DefaultServableFactory(backends: backends, settings: factorySettings, logger: logger) {
            (name, version) throws(ServingError) in try table.resolveComposingModel(name, version)
        }
        models = ModelManager(
            settings: Self.managerSettings(configuration.repository), table: table, factory: factory,
            configurations: RepositoryConfigurationReader(
                ModelConfigurationLoader(autoCompletes: configuration.repository.autoCompletesConfigurations)),
            logger: logger)
        service = DataPlane(
            models: models, serverID: configuration.id, serverVersion: NereidCommand.version,
            sharedMemory: SharedMemoryRegistry(settings: configuration.sharedMemory), log: log,
            trace: configuration.trace, logger: logger)

        eventLoops = EventLoops(count: configuration.eventLoopCount)
        TensorMemory.shared.setLimit(configuration.keptTensorMemory)
        http = HTTPServer(
            configuration: configuration.http, service: service, eventLoops: eventLoops,
            budget: BodyBudget(limit: configuration.requestMemory), onActivity: memoryTrimmer.noteActivity,
            logger: logger)
    }

    private static func managerSettings(_ repository: RepositorySettings) -> ModelManagerSettings {
        var settings = ModelManagerSettings(repositories: repository.paths)
        switch repository.controlMode {
        case .none: settings.controlMode = .none
        case .poll: settings.controlMode = .poll
        case .explicit: settings.controlMode = .explicit
        }
        switch repository.startupModels {
        case .all: settings.startupModels = ["*"]
        case .named(let names): settings.startupModels = names
        }
        settings.hasStrictReadiness = repository.strictReadiness
        settings.loadThreadCount = repository.loadThreadCount
        settings.loadRetryCount = repository.loadRetryCount
        settings.configurationName = repository.configurationName
        return settings
    }
}
