public import InferenceEngine

/// What the metrics tell.
public struct MetricsSettings: Sendable, Hashable {
    /// Whether the machine's processors and memory are told.
    public var includesCPU = true
    /// The figures of the machine are read again when they are older than this.
    public var pollInterval = Duration.seconds(1)
    /// Whether latencies are counted. As in Triton, without them nothing of requests is counted, not even how many there
    /// were.
    public var countsLatencies = true
    /// The distributions that the models keep.
    public var latencies = LatencyDistributions.Settings()
    /// Of the summaries.
    public var quantiles = [0.5, 0.9, 0.95, 0.99, 0.999]

    public init() {}
}
