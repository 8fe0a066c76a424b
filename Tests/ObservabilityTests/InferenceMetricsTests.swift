import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import MetricsExposition
import ModelConfiguration
import Testing

@testable import Observability

/// Triton's metrics of models.
struct InferenceMetricsTests {
    private func lines(_ settings: MetricsSettings, _ servables: [any Servable]) -> [String] {
        var families = MetricFamilies()
        InferenceMetrics(settings) { servables }.collect(into: &families)
        return String(decoding: families.prometheusText(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func samples(_ lines: [String]) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: lines.filter { !$0.hasPrefix("#") }.compactMap { line in
                line.lastIndex(of: " ").map { (String(line[..<$0]), Double(line[$0...].dropFirst()) ?? .nan) }
            })
    }

    private func model(
        _ configure: (inout ModelConfig) -> Void = { _ in }, settings: MetricsSettings = MetricsSettings(),
        backend: FakeBackend = FakeBackend()
    ) throws -> any Servable {
        var configuration = ModelConfig.forTesting(
            "m", maxBatchSize: 8, inputs: [("IN", .fp32, [1])], outputs: [("OUT", .fp32, [1])])
        configure(&configuration)
        var factory = DefaultServableFactory.Settings(coreBudget: 2)
        factory.latencies = settings.latencies
        return try ModelSet([backend], settings: factory).load(configuration)
    }

    private func request(_ count: Int = 1) -> InferenceRequest {
        .forTesting("m", [.forTesting("IN", .fp32, [Int64(count), 1], [Float](repeating: 1, count: count))])
    }

    @Test func aModelHasAllItsSeriesBeforeItsFirstRequest() throws {
        let found = samples(lines(MetricsSettings(), [try model()]))
        let labels = #"{model="m",version="1"}"#
        var expected = Set(
            ["CANCELED", "REJECTED", "BACKEND", "OTHER"].map {
                #"nv_inference_request_failure{model="m",reason="\#($0)",version="1"}"#
            })
        for name in [
            "request_success", "count", "exec_count", "request_duration_us", "queue_duration_us",
            "compute_input_duration_us", "compute_infer_duration_us", "compute_output_duration_us",
            "pending_request_count",
        ] { expected.insert("nv_inference_\(name)\(labels)") }
        #expect(Set(found.keys) == expected, "the time of a load is told by who loads")
        #expect(found.values.allSatisfy { $0 == 0 })
    }

    @Test func requestsAreCountedAsTheStatisticsSay() async throws {
        let failing = FakeBackend { batch, _ in
            batch.totalBatchSize < 4
                ? FakeBackend.echo(batch)
                : .failure(ServingError(.internal, "too much"), count: batch.requests.count)
        }
        let model = try model(backend: failing)
        for count in [1, 3, 4] { _ = await model.infer(request(count)) }
        let found = samples(lines(MetricsSettings(), [model]))
        let statistics = model.statistics.snapshot()
        let labels = #"{model="m",version="1"}"#
        #expect(found["nv_inference_request_success" + labels] == 2)
        #expect(found["nv_inference_count" + labels] == 4)
        #expect(found["nv_inference_exec_count" + labels] == Double(statistics.executionCount))
        #expect(found[#"nv_inference_request_failure{model="m",reason="BACKEND",version="1"}"#] == 1)
        let microseconds = Double(statistics.success.nanoseconds) / 1000
        let duration = try #require(found["nv_inference_request_duration_us" + labels])
        #expect(duration <= microseconds && duration > microseconds - 2)
    }

    @Test func tagsBecomeLabels() throws {
        let tags = ["a": "1", "b c": "x\"y\\z\nw", "model": "mine"]
        let found = lines(MetricsSettings(), [try model { $0.metricTags = tags }])
        #expect(
            found.contains(
                #"nv_inference_count{_a="1",_b_c="x\"y\\z\nw",_model="mine",model="m",version="1"} 0"#))
    }

    /// Triton stops all counters then, and so do we: dashboards that rely on it are the same.
    @Test func withoutCountedLatenciesNothingIsCounted() async throws {
        var settings = MetricsSettings()
        settings.countsLatencies = false
        let model = try model()
        _ = await model.infer(request())
        let found = samples(lines(settings, [model]))
        #expect(found[#"nv_inference_request_success{model="m",version="1"}"#] == 0)
        #expect(found[#"nv_inference_count{model="m",version="1"}"#] == 0)
        #expect(!found.keys.contains { $0.contains("_duration_us") })
        #expect(model.statistics.snapshot().success.count == 1)
    }

    @Test func distributionsAreToldWhenAskedFor() async throws {
        var settings = MetricsSettings()
        settings.latencies.histograms = true
        settings.latencies.summaries = true
        settings.quantiles = [0.5, 0.99]
        let model = try model(settings: settings)
        for _ in 0..<3 { _ = await model.infer(request()) }
        let found = samples(lines(settings, [model]))
        let labels = #"model="m",version="1""#
        #expect(found[#"nv_inference_first_response_histogram_ms_bucket{\#(labels),le="+Inf"}"#] == 3)
        #expect(found["nv_inference_first_response_histogram_ms_count{\(labels)}"] == 3)
        for name in ["request", "queue", "compute_input", "compute_infer", "compute_output"] {
            #expect(found["nv_inference_\(name)_summary_us_count{\(labels)}"] == 3)
            let sum = found["nv_inference_\(name)_summary_us_sum{\(labels)}"]
            #expect(sum == found["nv_inference_\(name)_duration_us{\(labels)}"])
            let median = try #require(found[#"nv_inference_\#(name)_summary_us{\#(labels),quantile="0.5"}"#])
            let high = try #require(found[#"nv_inference_\#(name)_summary_us{\#(labels),quantile="0.99"}"#])
            #expect(median <= high)
        }
    }
}
