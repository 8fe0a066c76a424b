import BackendAPI
import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Logging
import MetricsExposition
import ModelConfiguration
import ObjectStorage
import Observability
import ReferenceBackends
import ServerTransport
import ServingProtocol
import TorchBackend

/// The parts of the server, put together. Nothing runs yet.
struct InferenceServer: Sendable {
    let models: ModelManager
    /// `nil` where all repositories are directories.
    let remote: ObjectRepositories?
    let service: any InferenceService
    /// Shared by all protocols.
    let eventLoops: EventLoops
    let memoryTrimmer = IdleMemoryTrimmer()
    let http: HTTPServer?
    let grpc: GRPCServer?
    let metrics: HTTPServer?
    /// Those that a configuration can name, the built-in ensembles included.
    let backendNames: [String]

    /// - Parameters:
    ///   - remote: the repositories in object stores, if there are any.
    ///   - log: what clients may look at and change.
    init(
        configuration: ServerConfiguration, remote: ObjectRepositories? = nil, log: any LogControl, logger: Logger
    ) {
        self.remote = remote
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
        factorySettings.latencies = configuration.metrics?.settings.latencies ?? .init()
        // Here, because it keeps the priority of this thread.
        let threadStarter = ThreadStarter()
        let factory = DefaultServableFactory(
            backends: backends, settings: factorySettings, threadStarter: threadStarter, logger: logger
        ) {
            (name, version) throws(ServingError) in try table.resolveComposingModel(name, version)
        }
        models = ModelManager(
            settings: Self.managerSettings(configuration.repository, remote), table: table, factory: factory,
            configurations: RepositoryConfigurationReader(
                ModelConfigurationLoader(autoCompletes: configuration.repository.autoCompletesConfigurations)),
            threadStarter: threadStarter, logger: logger)
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
        let sources = Self.metricSources(
            configuration, models, ConnectionMetrics(http: http, grpc: grpc, budget: budget))
        metrics = configuration.metrics.map { [eventLoops] metrics in
            HTTPServer(
                configuration: metrics.server, metrics: MetricsCollector(sources).prometheusText,
                eventLoops: eventLoops, logger: logger)
        }
    }

    /// Everything that has metrics to tell, Triton's first and in its order.
    private static func metricSources(
        _ configuration: ServerConfiguration, _ models: ModelManager, _ connections: ConnectionMetrics
    ) -> [any MetricSource] {
        guard let settings = configuration.metrics?.settings else { return [] }
        return [
            InferenceMetrics(settings, servables: models.readyServables), MachineMetrics(settings),
            RepositoryMetrics(models), connections, ProcessMetrics(version: NereidCommand.version),
        ]
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
            if let metrics { ports.metrics = try await metrics.start() }
        } catch {
            await http?.stop(timeout: .zero)
            if ports.grpc != nil { await grpc?.stop(timeout: .zero) }
            throw error
        }
        return ports
    }

    /// Stops all protocols but the metrics at the same time; returns whether everything ended by itself.
    @discardableResult
    func stop(timeout: Duration) async -> Bool {
        async let isHTTPDrained = http?.stop(timeout: timeout) ?? true
        async let isGRPCDrained = grpc?.stop(timeout: timeout) ?? true
        let isDrained = await (isHTTPDrained, isGRPCDrained)
        return isDrained.0 && isDrained.1
    }

    /// Ends the metrics, which are told to the last.
    func stopMetrics() async { await metrics?.stop(timeout: .milliseconds(500)) }

    private static func managerSettings(
        _ repository: RepositorySettings, _ remote: ObjectRepositories?
    ) -> ModelManagerSettings {
        var settings = ModelManagerSettings(
            repositories: repository.paths.map { remote?.localPath(of: $0) ?? $0 })
        settings.remote = remote
        switch repository.controlMode {
        case .none: settings.controlMode = .none
        case .poll: settings.controlMode = .poll
        case .explicit: settings.controlMode = .explicit
        }
        switch repository.startupModels {
        case .all: settings.startupModels = ["*"]
        case .named(let names): settings.startupModels = names
        }
        settings.settleTime = repository.settleTime
        settings.watchLimit = repository.watchLimit
        settings.hasStrictReadiness = repository.strictReadiness
        settings.loadThreadCount = repository.loadThreadCount
        settings.loadCoreBudget =
            repository.loadCoreBudget > 0 ? repository.loadCoreBudget : max(1, MachineCores.available() / 2)
        settings.loadRetryCount = repository.loadRetryCount
        settings.configurationName = repository.configurationName
        settings.temporaryDirectory = ProcessEnvironment.value("TMPDIR") ?? settings.temporaryDirectory
        return settings
    }
}
