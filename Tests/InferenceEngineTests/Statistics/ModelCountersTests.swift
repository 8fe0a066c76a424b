import BackendAPI
import InferenceTesting
import InferenceTypes
import MetricsExposition
import ModelConfiguration
import Scheduling
import Testing

@testable import InferenceEngine

/// What metrics count of a model version.
struct ModelCountersTests {
    private func request(_ total: UInt64, isSuccess: Bool = true, inferences: UInt64 = 1) -> RequestRecord {
        RequestRecord(isSuccess: isSuccess, inferences: inferences, queue: total / 2, total: total)
    }

    private func execution(_ requests: [RequestRecord], input: UInt64 = 1999) -> ExecutionRecord {
        ExecutionRecord(
            batchSize: 1, compute: ComputeDurations(input: input, infer: 5_000_001, output: 999), requests: requests,
            finishedAtMilliseconds: 1)
    }

    @Test func eachRequestIsCutToWholeMicroseconds() {
        let statistics = ModelStatistics(name: "m", version: 1)
        for _ in 0..<3 { statistics.record(execution([request(2999, inferences: 4)])) }
        let counters = statistics.counters()
        #expect(counters.successes == 3 && counters.inferences == 12 && counters.executions == 3)
        #expect(counters.request == 6 && counters.queue == 3)
        #expect(counters.computeInput == 3 && counters.computeInfer == 15_000 && counters.computeOutput == 0)
        #expect(statistics.snapshot().success.nanoseconds == 8997)
    }

    @Test func failuresHaveReasons() {
        let statistics = ModelStatistics(name: "m", version: 1)
        statistics.record(execution([request(10, isSuccess: false), request(10)]))
        statistics.recordUnexecuted(nanoseconds: 1, .rejected)
        statistics.recordUnexecuted(nanoseconds: 1, .rejected)
        statistics.recordUnexecuted(nanoseconds: 1, .cancelled)
        let none = ComputeDurations(input: 0, infer: 0, output: 0)
        statistics.recordEnsemble(request(10, isSuccess: false), compute: none, finishedAtMilliseconds: 1)
        let counters = statistics.counters()
        #expect(FailureReason.allCases.map(counters.failures) == [2, 1, 1, 1])
        #expect(counters.successes == 1 && statistics.snapshot().fail.count == 5)
    }

    @Test func theErrorOfARequestThatWasNotExecutedTellsTheReason() {
        #expect(FailureReason(unexecuted: .requestCancelled) == .cancelled)
        #expect(FailureReason(unexecuted: .modelIsStopping) == .other)
        #expect(FailureReason(unexecuted: ServingError(.unavailable, "the queue is full")) == .rejected)
    }

    @Test func aReloadGoesOnCountingAndSoDoesWhatTheOldVersionStillFinishes() {
        let first = ModelStatistics(name: "m", version: 1)
        first.record(execution([request(1000)]))
        let second = ModelStatistics(name: "m", version: 1)
        second.record(execution([request(1000)]))
        second.succeed(first)
        #expect(second.counters().successes == 2)
        first.record(execution([request(1000)]))
        first.recordUnexecuted(nanoseconds: 1, .other)
        #expect(second.counters().successes == 3 && second.counters().failures(.other) == 1)
        #expect(second.snapshot().success.count == 1, "the statistics extension starts from zero")
    }

    @Test func versionsThatAreGoneAreNotKept() {
        weak var first: ModelStatistics?
        var current = ModelStatistics(name: "m", version: 1)
        first = current
        for reload in 1...100 as ClosedRange<UInt64> {
            current.record(execution([request(1000)]))
            let next = ModelStatistics(name: "m", version: 1)
            next.succeed(current)
            current = next
            #expect(current.counters().successes == reload)
        }
        #expect(first == nil)
        #expect(current.counters().executions == 100)
    }

    @Test func distributionsAreKeptWhenAskedFor() {
        #expect(LatencyDistributions(.init(), bounds: nil) == nil)
        var settings = LatencyDistributions.Settings()
        settings.histograms = true
        settings.summaries = true
        let statistics = ModelStatistics(
            name: "m", version: 1, latencies: LatencyDistributions(settings, bounds: [10, 20]))
        statistics.record(execution([request(10_999_999), request(11_000_000), request(25_000_000, isSuccess: false)]))
        statistics.recordUnexecuted(nanoseconds: 1, .rejected)
        let latencies = statistics.latencies()
        #expect(latencies?.firstResponse?.counts == [2, 1, 1])
        #expect(latencies?.firstResponse?.sum == 46)
        #expect(latencies?.summaries?.request.count == 2)
        #expect(latencies?.summaries?.request.sum == 21_999)
        #expect(latencies?.summaries?.computeInfer.values(of: [0.5], at: 1).first.map { abs($0 - 5000) < 40 } == true)
        #expect(ModelStatistics(name: "m", version: 1).latencies() == nil)
    }

    @Test func aConfigurationNamesTheBucketsOfItsModel() throws {
        var settings = DefaultServableFactory.Settings(coreBudget: 2)
        settings.latencies.histograms = true
        let models = ModelSet([FakeBackend()], settings: settings)
        var configuration = ModelConfig.forTesting("m", inputs: [("IN", .fp32, [1])], outputs: [("OUT", .fp32, [1])])
        #expect(try models.load(configuration).statistics.latencies()?.firstResponse?.bounds == [100, 500, 2000, 5000])
        var control = ModelMetrics.MetricControl()
        control.family = "nv_inference_first_response_histogram_ms"
        control.histogramBuckets = [1, 2]
        configuration.metrics = ModelMetrics()
        configuration.metrics?.metricControls = [control]
        let latencies = try models.load(configuration).statistics.latencies()
        #expect(latencies?.firstResponse?.bounds == [1, 2] && latencies?.summaries == nil)
    }

    @Test func waitingRequestsArePending() async throws {
        let gate = Gate()
        let backend = FakeBackend { batch, _ in
            gate.wait()
            return FakeBackend.echo(batch)
        }
        let model = try ModelSet([backend]).load(
            .forTesting("m", inputs: [("IN", .fp32, [1])], outputs: [("OUT", .fp32, [1])]))
        let request = InferenceRequest.forTesting("m", [.forTesting("IN", .fp32, [1], [Float(1)])])
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 {
                group.addTask { if case .success = await model.infer(request) { true } else { false } }
            }
            while backend.executions.isEmpty || model.pendingRequestCount < 2 { await Task.yield() }
            #expect(model.pendingRequestCount == 2, "one is executed, two wait")
            gate.open()
            for await isSuccess in group { #expect(isSuccess) }
        }
        #expect(model.pendingRequestCount == 0)
    }
}
