public import BackendAPI
public import InferenceTypes
public import Logging
import ModelConfiguration
import Scheduling

/// Makes servables from the backends of this server: loads a model, makes and warms up its instances; or sets up an
/// ensemble.
public final class DefaultServableFactory: ServableFactory {
    /// What applies to every model of the server.
    public struct Settings: Sendable {
        /// Whether backends may fill in what a configuration leaves out (`--disable-auto-complete-config` says no).
        public var autoCompletes = true
        /// `--backend-config` settings by backend; those under the empty name go to every backend.
        public var backendSettings: [String: [String: String]] = [:]
        /// Cores that the instances of one model may use together.
        public var coreBudget: Int
        public var limits = ServingLimits()
        /// The distributions of latencies that every model keeps.
        public var latencies = LatencyDistributions.Settings()
        /// The ids of the GPUs that instances may use.
        public var gpus: [Int32] = []

        public init(coreBudget: Int = MachineCores.available()) { self.coreBudget = max(coreBudget, 1) }
    }

    private let backends: BackendRegistry
    private let settings: Settings
    private let logger: Logger
    private let resolver: ServableResolver
    private let threadStarter: ThreadStarter

    /// - Parameters:
    ///   - threadStarter: starts the threads of instances, which would inherit the priority of a loading thread.
    ///   - resolver: finds the composing models of ensembles, at each request.
    public init(
        backends: BackendRegistry, settings: Settings = Settings(), threadStarter: ThreadStarter = ThreadStarter(),
        logger: Logger, resolver: @escaping ServableResolver
    ) {
        self.backends = backends
        self.settings = settings
        self.logger = logger
        self.resolver = resolver
        self.threadStarter = threadStarter
    }

    public func makeServable(_ source: ServableSource) throws(ServingError) -> any Servable {
        if source.configuration.ensemble != nil { return try makeEnsemble(source) }

        let residentBefore = ResidentMemory.byteSize()
        let backend = try backends.backend(named: source.configuration.backend)
        var context = modelContext(source)
        if settings.autoCompletes { context.configuration = try backend.completeConfiguration(context) }
        context.configuration = try configurationLoader.finished(context.configuration)
        let configuration = context.configuration
        noteWhatIsNotActedOn(in: configuration)

        let instances = try instanceContexts(configuration)
        let model = try backend.loadModel(context)
        try configuration.validateTensorNames()
        let labels = try OutputLabels(configuration, modelDirectory: source.modelDirectory)
        let warmup = try warmup(of: source, configuration)
        let statistics = statistics(of: source, configuration)
        let pool = InstancePool(
            model: model, scheduler: DefaultScheduler(maximumQueueSize: settings.limits.maximumQueueSize),
            executor: BatchExecutor(
                name: source.name, version: source.version, configuration: configuration, statistics: statistics),
            spin: spin, threadStarter: threadStarter, lifetime: source.lifetime)
        pool.commit(try pool.prepare(instances, warmup: warmup))
        let servable = BackendServable(
            source: source, configuration: configuration, statistics: statistics, labels: labels, pool: pool,
            limits: settings.limits)
        // Freeing it takes its time; after a failure it is freed here, on a loading thread.
        source.lifetime?.keep(model, memoryUsage: servable.memoryUsage)
        noteMemory(of: servable, residentBefore)
        return servable
    }

    private func noteMemory(of servable: some Servable, _ residentBefore: UInt64?) {
        let usage = servable.memoryUsage
        guard !usage.isEmpty else { return }
        logger.info(
            "\(servable.name):\(servable.version) takes \(MemorySizeText.list(usage))\(MemorySizeText.change(from: residentBefore, to: ResidentMemory.byteSize()))"
        )
    }

    public func prepareUpdate(
        of servable: any Servable, to source: ServableSource
    ) throws(ServingError) -> ServableUpdate {
        // What auto-complete found out stays true: the model's files are the same.
        var configuration = servable.configuration
        configuration.instanceGroups = source.configuration.instanceGroups
        configuration.versionPolicy = source.configuration.versionPolicy
        if let ensemble = servable as? EnsembleServable { return ensemble.prepareUpdate(to: configuration) }

        configuration = try configurationLoader.finished(configuration)
        guard let servable = servable as? BackendServable else {
            throw ServingError(.unsupported, "model '\(source.name)' cannot be updated while it serves")
        }
        return try servable.prepareUpdate(
            to: configuration, instances: try instanceContexts(configuration),
            warmup: try warmup(of: source, configuration))
    }

    private func warmup(of source: ServableSource, _ configuration: ModelConfig) throws(ServingError) -> Warmup {
        try Warmup(
            configuration, modelDirectory: source.modelDirectory, limits: settings.limits, logger: logger)
    }

    private func makeEnsemble(_ source: ServableSource) throws(ServingError) -> any Servable {
        try source.configuration.validateForLoading()
        try source.configuration.validateTensorNames()
        return EnsembleServable(
            source: source, labels: try OutputLabels(source.configuration, modelDirectory: source.modelDirectory),
            statistics: statistics(of: source, source.configuration), resolver: resolver)
    }

    private func statistics(of source: ServableSource, _ configuration: ModelConfig) -> ModelStatistics {
        let control = configuration.metrics?.metricControls.last {
            $0.family == LatencyDistributions.firstResponseFamily
        }
        return ModelStatistics(
            name: source.name, version: source.version,
            latencies: LatencyDistributions(settings.latencies, bounds: control?.histogramBuckets))
    }

    private var configurationLoader: ModelConfigurationLoader {
        ModelConfigurationLoader(gpus: settings.gpus, autoCompletes: settings.autoCompletes)
    }

    private func modelContext(_ source: ServableSource) -> ModelContext {
        let backend = source.configuration.backend
        var logger = logger
        logger[metadataKey: "model"] = "\(source.name)"
        logger[metadataKey: "version"] = "\(source.version)"
        return ModelContext(
            name: source.name, version: source.version, configuration: source.configuration,
            modelDirectory: source.modelDirectory, versionDirectory: source.versionDirectory,
            backendSettings: (settings.backendSettings[""] ?? [:])
                .merging(settings.backendSettings[backend] ?? [:]) { _, specific in specific },
            coreBudget: settings.coreBudget, logger: logger)
    }

    /// One context per instance, named `<group>_<index>`.
    private func instanceContexts(_ configuration: ModelConfig) throws(ServingError) -> [InstanceContext] {
        var groups = configuration.instanceGroups.filter { !$0.passive }
        if groups.isEmpty {
            var group = ModelInstanceGroup()
            group.name = configuration.name
            group.kind = .cpu
            groups = [group]
        }
        let total = groups.reduce(0) { $0 + max(Int($1.count), 1) }
        guard total <= settings.limits.maximumInstances else {
            throw ServingError(
                .invalidArgument,
                "model '\(configuration.name)' asks for \(total) instances; the limit is \(settings.limits.maximumInstances)"
            )
        }
        var contexts: [InstanceContext] = []
        for group in groups {
            for index in 0..<max(Int(group.count), 1) {
                contexts.append(
                    InstanceContext(
                        name: "\(group.name)_\(index)", group: group, ordinal: contexts.count, instanceCount: total))
            }
        }
        return contexts
    }

    // With one core the thread that would make work for a spinning instance could not run.
    private var spin: AdaptiveSpin {
        AdaptiveSpin(maximum: settings.coreBudget > 1 ? .microseconds(40) : .zero)
    }

    private func noteWhatIsNotActedOn(in configuration: ModelConfig) {
        switch configuration.scheduling {
        case .dynamicBatching:
            logger.notice(
                "requests are not merged into batches yet: 'dynamic_batching' runs each request by itself",
                metadata: ["model": "\(configuration.name)"])
        case .sequenceBatching:
            logger.notice(
                "'sequence_batching' checks sequences only: control inputs, state and slots are not provided yet",
                metadata: ["model": "\(configuration.name)"])
        case .ensemble, nil: break
        }
    }
}
