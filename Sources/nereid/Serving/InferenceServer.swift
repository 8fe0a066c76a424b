import BackendAPI
import GRPCFrontend
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
    let http: HTTPServer?
    let grpc: GRPCServer?
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
        let budget = BodyBudget(limit: configuration.requestMemory)
        http =
            configuration.servesHTTP
            ? HTTPServer(
                configuration: configuration.http, service: service, eventLoops: eventLoops, budget: budget,
                onActivity: memoryTrimmer.noteActivity, logger: logger)
            : nil
        grpc =
            configuration.servesGRPC
            ? GRPCServer(
                configuration: configuration.grpc, methods: Self.grpcMethods(service, configuration),
                eventLoops: eventLoops, budget: budget, onActivity: memoryTrimmer.noteActivity, logger: logger)
            : nil
    }

    private static func grpcMethods(
        _ service: any InferenceService, _ configuration: ServerConfiguration
    ) -> [GRPCMethod] {
        ControlMethods(service: service).methods
            + InferMethods(
                service: service, limits: configuration.grpc.limits.inference,
                forwardedHeaders: configuration.grpc.access.forwardedHeaders
            ).all
    }

    /// Opens the ports of all protocols.
    func start() async throws(ServingError) -> ServerPorts {
        var ports = ServerPorts()
        if let http { ports.http = try await http.start() }
        do throws(ServingError) {
            if let grpc { ports.grpc = try await grpc.start() }
        } catch {
            await http?.stop(timeout: .zero)
            throw error
        }
        return ports
    }

    /// Stops all protocols at the same time; returns whether everything ended by itself.
    @discardableResult
    func stop(timeout: Duration) async -> Bool {
        async let isHTTPDrained = http?.stop(timeout: timeout) ?? true
        async let isGRPCDrained = grpc?.stop(timeout: timeout) ?? true
        let isDrained = await (isHTTPDrained, isGRPCDrained)
        return isDrained.0 && isDrained.1
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
