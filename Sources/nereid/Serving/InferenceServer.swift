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

    /// The ports that are to be served: what the configuration says of them.
    static func ports(_ configuration: ServerConfiguration) -> [ServingEndpoint: Int] {
        var ports: [ServingEndpoint: Int] = [:]
        if configuration.servesHTTP { ports[.http] = configuration.http.port }
        if configuration.servesGRPC { ports[.grpc] = configuration.grpc.port }
        if let metrics = configuration.metrics { ports[.metrics] = metrics.server.port }
        return ports
    }

    /// The passed sockets, and own ones for the endpoints that have none. Nothing is accepted yet.
    func sockets(_ passed: ServingSockets? = nil) throws(ServingError) -> ServingSockets {
        var sockets = passed ?? ServingSockets()
        if let http, sockets[.http] == nil { sockets.set(try http.makeSocket(), for: .http) }
        if let grpc, sockets[.grpc] == nil { sockets.set(try grpc.makeSocket(), for: .grpc) }
        if let metrics, sockets[.metrics] == nil { sockets.set(try metrics.makeSocket(), for: .metrics) }
        return sockets
    }

    /// Opens the ports of all protocols.
    func start() async throws(ServingError) -> ServerPorts { try await start(on: try sockets()) }

    /// Accepts the connections of all protocols.
    func start(on sockets: ServingSockets) async throws(ServingError) -> ServerPorts {
        var ports = ServerPorts()
        if let http, let socket = sockets[.http] { ports.http = try await http.start(on: socket) }
        do throws(ServingError) {
            if let grpc, let socket = sockets[.grpc] { ports.grpc = try await grpc.start(on: socket) }
            if let metrics, let socket = sockets[.metrics] { ports.metrics = try await metrics.start(on: socket) }
        } catch {
            await http?.stop(timeout: .zero)
            if ports.grpc != nil { await grpc?.stop(timeout: .zero) }
            throw error
        }
        return ports
    }

    /// Leaves the ports; connections that are open are served on.
    func stopAccepting(_ endpoints: [ServingEndpoint]) async {
        async let leaveHTTP: Void? = endpoints.contains(.http) ? http?.stopAccepting() : nil
        async let leaveGRPC: Void? = endpoints.contains(.grpc) ? grpc?.stopAccepting() : nil
        async let leaveMetrics: Void? = endpoints.contains(.metrics) ? metrics?.stopAccepting() : nil
        _ = await (leaveHTTP, leaveGRPC, leaveMetrics)
    }

    /// Stops protocols at the same time; returns whether everything ended by itself.
    ///
    /// - Parameter idleGrace: how long an HTTP connection without a request stays for one more.
    @discardableResult
    func stop(
        _ endpoints: [ServingEndpoint], timeout: Duration, idleGrace: Duration = .zero
    ) async -> Bool {
        async let isHTTPDrained =
            endpoints.contains(.http) ? http?.stop(timeout: timeout, idleGrace: idleGrace) ?? true : true
        async let isGRPCDrained = endpoints.contains(.grpc) ? grpc?.stop(timeout: timeout) ?? true : true
        async let areMetricsDrained = endpoints.contains(.metrics) ? metrics?.stop(timeout: timeout) ?? true : true
        let isDrained = await (isHTTPDrained, isGRPCDrained, areMetricsDrained)
        return isDrained.0 && isDrained.1 && isDrained.2
    }

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
        settings.usesNamespaces = repository.usesNamespaces
        settings.configurationName = repository.configurationName
        settings.temporaryDirectory = ProcessEnvironment.value("TMPDIR") ?? settings.temporaryDirectory
        settings.onDemand = repository.loadsOnDemand ? repository.onDemand : nil
        return settings
    }
}
