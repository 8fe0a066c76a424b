/// Per-model metric settings (message `ModelMetrics`).
public struct ModelMetrics: Sendable, Hashable {
    public struct MetricControl: Sendable, Hashable {
        /// `metric_identifier.family`; `nil` when the message is absent.
        public var family: String?
        /// `histogram_options.buckets`; `nil` when the oneof is not set.
        public var histogramBuckets: [Double]?
        public init() {}
    }

    public var metricControls: [MetricControl] = []

    public init() {}
}
