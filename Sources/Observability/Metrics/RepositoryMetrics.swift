public import InferenceEngine
import InferenceTypes
public import MetricsExposition
import ModelRepository

/// How the models of the server are: which are ready, how often they were loaded, and what memory they take.
public struct RepositoryMetrics: MetricSource {
    static let isReady = MetricDescription(
        .gauge, "nereid_server_ready", "Whether the server is ready, as its readiness probe says (1) or not (0)")
    static let versions = MetricDescription(
        .gauge, "nereid_model_versions", "Number of model versions by state, as the repository index has it")
    static let loads = MetricDescription(
        .counter, "nereid_model_loads_total", "Number of loads and reloads of a model that succeeded")
    static let failedLoads = MetricDescription(
        .counter, "nereid_model_load_failures_total", "Number of loads and reloads of a model that failed")
    static let memory = MetricDescription(
        .gauge, "nereid_model_memory_bytes", "Memory of a model version and its instances by device, in bytes")

    private let models: ModelManager

    public init(_ models: ModelManager) { self.models = models }

    public func collect(into families: inout MetricFamilies) {
        families.add(Self.isReady, models.isReady ? 1 : 0)
        let counts = models.versionCounts()
        for state in VersionStatus.State.allCases {
            families.add(Self.versions, counts[state] ?? 0, ["state": state.rawValue])
        }
        for (model, count) in models.loadCounters.all().sorted(by: { $0.key < $1.key }) {
            families.add(Self.loads, count.loads, ["model": model])
            families.add(Self.failedLoads, count.failures, ["model": model])
        }
        for servable in models.readyServables() {
            for usage in servable.memoryUsage {
                let labels = MetricLabels(servable).adding("type", usage.type.rawValue).adding("id", String(usage.id))
                families.add(Self.memory, usage.byteSize, labels)
            }
        }
    }
}
