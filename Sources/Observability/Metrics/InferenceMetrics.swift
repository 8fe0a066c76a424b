public import InferenceEngine
public import MetricsExposition

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What Triton tells of each model version that is ready: requests, failures by reason, durations, what waits.
///
/// The counts are those of the statistics. A version has all its series from the moment that it is ready until it leaves
/// service; one that takes the place of another goes on counting.
public struct InferenceMetrics: MetricSource {
    private let settings: MetricsSettings
    private let servables: @Sendable () -> [any Servable]

    /// - Parameter servables: those that are ready, sorted by name and version.
    public init(_ settings: MetricsSettings, servables: @escaping @Sendable () -> [any Servable]) {
        self.settings = settings
        self.servables = servables
    }

    public func collect(into families: inout MetricFamilies) {
        let now = Self.milliseconds()
        for servable in servables() {
            let labels = MetricLabels(servable)
            let statistics = servable.statistics
            add(settings.countsLatencies ? statistics.counters() : ModelCounters(), labels, to: &families)
            families.add(Self.pendingRequests, servable.pendingRequestCount, labels)
            if let loadTime = statistics.loadTime { families.add(Self.loadDuration, loadTime / .seconds(1), labels) }
            if let latencies = statistics.latencies() { add(latencies, at: now, labels, to: &families) }
        }
    }

    private func add(_ counters: ModelCounters, _ labels: MetricLabels, to families: inout MetricFamilies) {
        families.add(Self.successes, counters.successes, labels)
        for reason in FailureReason.allCases {
            families.add(Self.failures, counters.failures(reason), labels.adding("reason", reason.rawValue))
        }
        families.add(Self.inferences, counters.inferences, labels)
        families.add(Self.executions, counters.executions, labels)
        guard settings.countsLatencies else { return }
        families.add(Self.requestDuration, counters.request, labels)
        families.add(Self.queueDuration, counters.queue, labels)
        families.add(Self.computeInputDuration, counters.computeInput, labels)
        families.add(Self.computeInferDuration, counters.computeInfer, labels)
        families.add(Self.computeOutputDuration, counters.computeOutput, labels)
    }

    private func add(
        _ latencies: LatencyDistributions, at now: UInt64, _ labels: MetricLabels, to families: inout MetricFamilies
    ) {
        if let histogram = latencies.firstResponse { families.add(Self.firstResponse, histogram, labels) }
        guard let summaries = latencies.summaries else { return }
        for (metric, distribution) in [
            (Self.requestSummary, summaries.request), (Self.queueSummary, summaries.queue),
            (Self.computeInputSummary, summaries.computeInput), (Self.computeInferSummary, summaries.computeInfer),
            (Self.computeOutputSummary, summaries.computeOutput),
        ] {
            let values = distribution.values(of: settings.quantiles, at: now)
            families.add(
                metric, quantiles: Array(zip(settings.quantiles, values)), sum: distribution.sum,
                count: distribution.count, labels)
        }
    }

    private static func milliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(clamping: time.tv_sec) * 1000 + UInt64(clamping: time.tv_nsec) / 1_000_000
    }
}
