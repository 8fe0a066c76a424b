public import MetricsExposition

/// How the latencies of a model version are distributed. Off by default, because each request pays for it.
public struct LatencyDistributions: Sendable {
    /// Which of them a server keeps.
    public struct Settings: Sendable, Hashable {
        public var histograms = false
        public var summaries = false

        public init() {}
    }

    public struct Summaries: Sendable {
        public internal(set) var request = SlidingQuantiles()
        public internal(set) var queue = SlidingQuantiles()
        public internal(set) var computeInput = SlidingQuantiles()
        public internal(set) var computeInfer = SlidingQuantiles()
        public internal(set) var computeOutput = SlidingQuantiles()
    }

    /// What `model_metrics` of a configuration calls it.
    public static let firstResponseFamily = "nv_inference_first_response_histogram_ms"
    static let standardBounds: [Double] = [100, 500, 2000, 5000]

    /// From request to first response, in whole milliseconds.
    public private(set) var firstResponse: MetricHistogram?
    /// Of requests that succeeded.
    public private(set) var summaries: Summaries?

    /// `nil` when nothing is kept.
    ///
    /// - Parameter bounds: of the histogram; `nil` takes the standard ones.
    init?(_ settings: Settings, bounds: [Double]?) {
        guard settings.histograms || settings.summaries else { return nil }
        firstResponse = settings.histograms ? MetricHistogram(bounds: bounds ?? Self.standardBounds) : nil
        summaries = settings.summaries ? Summaries() : nil
    }

    mutating func observeResponse(nanoseconds: UInt64) {
        firstResponse?.observe(Double(nanoseconds / 1_000_000))
    }

    mutating func observeSuccess(_ record: RequestRecord, compute: ComputeDurations, at milliseconds: UInt64) {
        guard summaries != nil else { return }
        summaries?.request.observe(microseconds: record.total / 1000, at: milliseconds)
        summaries?.queue.observe(microseconds: record.queue / 1000, at: milliseconds)
        summaries?.computeInput.observe(microseconds: compute.input / 1000, at: milliseconds)
        summaries?.computeInfer.observe(microseconds: compute.infer / 1000, at: milliseconds)
        summaries?.computeOutput.observe(microseconds: compute.output / 1000, at: milliseconds)
    }
}
