/// Asks all sources of a server; the metrics are in the order of the sources.
public struct MetricsCollector: Sendable {
    private let sources: [any MetricSource]

    public init(_ sources: [any MetricSource]) { self.sources = sources }

    /// The Prometheus text format.
    public func prometheusText() -> [UInt8] {
        var families = MetricFamilies()
        for source in sources { source.collect(into: &families) }
        return families.prometheusText()
    }
}
