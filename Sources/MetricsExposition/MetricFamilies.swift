/// Everything that one look at the server brought, by metric, in the order in which the metrics first came.
///
/// A value that sources fill one after the other; `prometheusText` writes it.
public struct MetricFamilies: Sendable {
    struct Sample: Sendable {
        /// What follows the name of the metric.
        var suffix = ""
        var labels: MetricLabels
        /// A label that stands behind the others.
        var last: MetricLabels.Label?
        var value: MetricValue
    }

    struct Family: Sendable {
        let description: MetricDescription
        var samples: [Sample] = []
    }

    private(set) var families: [Family] = []
    private var indexes: [String: Int] = [:]

    public init() {}

    /// Adds a sample of a counter or gauge.
    public mutating func add(
        _ metric: MetricDescription, _ value: some BinaryInteger, _ labels: MetricLabels = MetricLabels()
    ) {
        add([Sample(labels: labels, value: .integer(Int64(clamping: value)))], to: metric)
    }

    /// Adds a sample of a counter or gauge.
    public mutating func add(
        _ metric: MetricDescription, _ value: Double, _ labels: MetricLabels = MetricLabels()
    ) {
        add([Sample(labels: labels, value: .real(value))], to: metric)
    }

    public mutating func add(_ metric: MetricDescription, _ histogram: MetricHistogram, _ labels: MetricLabels) {
        var count: UInt64 = 0
        var samples: [Sample] = []
        for (bound, bucket) in zip(histogram.bounds + [.infinity], histogram.counts) {
            count &+= bucket
            samples.append(
                Sample(
                    suffix: "_bucket", labels: labels, last: .init(name: "le", value: MetricValue.real(bound).text),
                    value: .integer(Int64(clamping: count))))
        }
        samples.append(Sample(suffix: "_sum", labels: labels, value: .real(histogram.sum)))
        samples.append(Sample(suffix: "_count", labels: labels, value: .integer(Int64(clamping: count))))
        add(samples, to: metric)
    }

    /// - Parameters:
    ///   - quantiles: each from 0 to 1, with its value.
    ///   - sum: of all observations.
    public mutating func add(
        _ metric: MetricDescription, quantiles: [(quantile: Double, value: Double)], sum: UInt64, count: UInt64,
        _ labels: MetricLabels
    ) {
        var samples = [
            Sample(suffix: "_count", labels: labels, value: .integer(Int64(clamping: count))),
            Sample(suffix: "_sum", labels: labels, value: .integer(Int64(clamping: sum))),
        ]
        for (quantile, value) in quantiles {
            samples.append(
                Sample(
                    labels: labels, last: .init(name: "quantile", value: MetricValue.real(quantile).text),
                    value: .real(value)))
        }
        add(samples, to: metric)
    }

    private mutating func add(_ samples: [Sample], to metric: MetricDescription) {
        let index: Int
        if let known = indexes[metric.name] {
            index = known
            assert(families[index].description == metric, "two metrics have the name \(metric.name)")
        } else {
            index = families.count
            indexes[metric.name] = index
            families.append(Family(description: metric))
        }
        families[index].samples += samples
    }
}
