package import ServingProtocol

/// All calls but those that carry tensors: health, metadata, configuration, statistics, the model repository, shared
/// memory, settings, gRPC's own health service and reflection.
package struct ControlMethods: Sendable {
    /// How often a health watch looks whether the state has changed.
    package static let healthWatchPeriod = Duration.milliseconds(500)

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
                .unary("/grpc.health.v1.Health/Check", health.check),
                GRPCMethod(
                    "/grpc.health.v1.Health/Watch",
                    .handler { HealthWatchHandler(HealthWatcher(call: $0, health: health, pause: healthWatchPause)) }),
            ]
            + ["v1", "v1alpha"].map { version in
                GRPCMethod(
                    "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo",
                    .handler { ReflectionHandler(call: $0, service: reflection) })
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
            .unary(path("ServerLive"), health.serverLive),
            .unary(path("ServerReady"), health.serverReady),
            .unary(path("ModelReady"), health.modelReady),
            .unary(path("ServerMetadata"), metadata.serverMetadata),
            .unary(path("ModelMetadata"), metadata.modelMetadata),
            .unary(path("ModelConfig"), configuration.modelConfig),
            .unary(path("ModelStatistics"), statistics.modelStatistics),
            .unaryTask(path("RepositoryIndex"), repository.index),
            .unaryTask(path("RepositoryModelLoad"), repository.load),
            .unaryTask(path("RepositoryModelUnload"), repository.unload),
            .unary(path("SystemSharedMemoryStatus"), memory.systemStatus),
            .unary(path("SystemSharedMemoryRegister"), memory.registerSystem),
            .unary(path("SystemSharedMemoryUnregister"), memory.unregisterSystem),
            .unary(path("CudaSharedMemoryStatus"), memory.cudaStatus),
            .unary(path("CudaSharedMemoryRegister"), memory.registerCUDA),
            .unary(path("CudaSharedMemoryUnregister"), memory.unregisterCUDA),
            .unary(path("TraceSetting"), settings.trace),
            .unary(path("LogSettings"), settings.log),
        ]
    }
}
