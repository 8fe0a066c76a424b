/// Observations counted by buckets.
public struct MetricHistogram: Sendable, Hashable {
    /// The largest value of each bucket, ascending. One more bucket takes what is larger.
    public var bounds: [Double]
    /// How many observations each bucket holds by itself; one more than `bounds`.
    public var counts: [UInt64]
    public var sum: Double

    /// - Parameter bounds: sorted here; those that are no finite numbers, or are there twice, are left out.
    public init(bounds: [Double]) {
        self.bounds = Set(bounds.filter(\.isFinite)).sorted()
        counts = Array(repeating: 0, count: self.bounds.count + 1)
        sum = 0
    }

    public mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
