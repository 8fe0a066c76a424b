package import ServingProtocol

/// All calls but those that carry tensors: health, metadata, configuration, statistics, the model repository, shared
/// memory, settings, gRPC's own health service and reflection.
package struct ControlMethods: Sendable {
    /// How often a health watch looks whether the state has changed.
    package static let healthWatchPeriod = Duration.milliseconds(500)

    /// Calls of several messages have them read on the event loop: names, which are short.
    private static let maximumNameMessageBytes = 64 * 1024

    package let methods: [GRPCMethod]

    /// - Parameter healthWatchPause: returns when a health watch is to look again; throws when its task is cancelled.
    package init(
        service: any InferenceService,
        healthWatchPause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: healthWatchPeriod) }
    ) {
        let descriptors = DescriptorIndex()
        let health = HealthCheckService(service: service, serviceNames: Set(descriptors.serviceNames))
        let reflection = ReflectionService(descriptors: descriptors)
        methods =
            Self.inference(service) + [
                .unary("/grpc.health.v1.Health/Check", .health, health.check),
                GRPCMethod(
                    "/grpc.health.v1.Health/Watch",
                    .handler { HealthWatchHandler(HealthWatcher(call: $0, health: health, pause: healthWatchPause)) },
                    category: .health, maximumMessageBytes: Self.maximumNameMessageBytes),
            ]
            + ["v1", "v1alpha"].map { version in
                GRPCMethod(
                    "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo",
                    .handler { ReflectionHandler(call: $0, service: reflection) },
                    maximumMessageBytes: Self.maximumNameMessageBytes)
            }
    }

    private static func inference(_ service: any InferenceService) -> [GRPCMethod] {
        let health = HealthService(service: service)
        let metadata = MetadataService(service: service)
        let configuration = ConfigurationService(service: service)
        let statistics = StatisticsService(service: service)
        let repository = RepositoryService(service: service)
        let memory = SharedMemoryService(service: service)
        let settings = SettingsService(service: service)
        func path(_ method: StaticString) -> String { "/inference.GRPCInferenceService/\(method)" }
        return [
            .unary(path("ServerLive"), .health, health.serverLive),
            .unary(path("ServerReady"), .health, health.serverReady),
            .unary(path("ModelReady"), .health, health.modelReady),
            .unary(path("ServerMetadata"), .metadata, metadata.serverMetadata),
            .unaryTask(path("ModelMetadata"), .metadata, metadata.modelMetadata),
            .unaryTask(path("ModelConfig"), .modelConfiguration, configuration.modelConfig),
            .unary(path("ModelStatistics"), .statistics, statistics.modelStatistics),
            .unaryTask(path("RepositoryIndex"), .modelRepository, repository.index),
            .unaryTaskWithTrailers(path("RepositoryModelLoad"), .modelRepository, repository.load),
            .unaryTaskWithTrailers(path("RepositoryModelUnload"), .modelRepository, repository.unload),
            .unary(path("SystemSharedMemoryStatus"), .sharedMemory, memory.systemStatus),
            .unary(path("SystemSharedMemoryRegister"), .sharedMemory, memory.registerSystem),
            .unary(path("SystemSharedMemoryUnregister"), .sharedMemory, memory.unregisterSystem),
            .unary(path("CudaSharedMemoryStatus"), .sharedMemory, memory.cudaStatus),
            .unary(path("CudaSharedMemoryRegister"), .sharedMemory, memory.registerCUDA),
            .unary(path("CudaSharedMemoryUnregister"), .sharedMemory, memory.unregisterCUDA),
            .unary(path("TraceSetting"), .trace, settings.trace),
            .unary(path("LogSettings"), .logging, settings.log),
        ]
    }
}
