/// What the samples of a metric mean; the raw value is the word of the Prometheus text format.
public enum MetricKind: String, Sendable, Hashable {
    /// Only grows, from zero at some start.
    case counter
    /// Goes up and down.
    case gauge
    /// Observations counted by buckets.
    case histogram
    /// Observations with their quantiles.
    case summary
}
