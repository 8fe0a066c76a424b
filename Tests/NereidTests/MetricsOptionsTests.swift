import ArgumentParser
import Foundation
import HTTPFrontend
import InferenceEngine
import Logging
import NIOCore
import Observability
import ServingProtocol
import Testing

@testable import nereid

struct MetricsOptionsTests {
    private func metrics(_ arguments: String...) throws -> MetricsConfiguration? {
        let line = try ServeArguments(["--model-repository=/m"] + arguments)
        let configuration = try ServeCommand.parse(line.acted).serverConfiguration(warnings: line.warnings)
        #expect(configuration.warnings.isEmpty)
        return configuration.metrics
    }

    private func message(_ arguments: String...) -> String {
        let error = #expect(throws: (any Error).self) {
            let line = try ServeArguments(["--model-repository=/m"] + arguments)
            _ = try ServeCommand.parse(line.acted).serverConfiguration()
        }
        return error.map { ServeCommand.message(for: $0) } ?? ""
    }

    @Test func defaults() throws {
        let metrics = try #require(try metrics())
        #expect(metrics.server.host == "0.0.0.0" && metrics.server.port == 8002)
        #expect(metrics.server.limits.maximumConnections == 64 && !metrics.server.reusesPort)
        #expect(metrics.settings == MetricsSettings())
        #expect(metrics.settings.quantiles == [0.5, 0.9, 0.95, 0.99, 0.999])
    }

    @Test func theAddressIsThatOfHTTPUnlessGiven() throws {
        #expect(try metrics("--http-address=127.0.0.1")?.server.host == "127.0.0.1")
        #expect(try metrics("--http-address=127.0.0.1", "--metrics-address=::1")?.server.host == "::1")
        #expect(try metrics("--reuse-http-port=true")?.server.reusesPort == true)
        #expect(try metrics("--metrics-port=0")?.server.port == 0)
        #expect(try metrics("--allow-metrics=false") == nil)
    }

    @Test func settings() throws {
        let settings = try #require(
            try metrics(
                "--allow-cpu-metrics=false", "--metrics-interval-ms=500.5", "--metrics-config=counter_latencies=false",
                "--metrics-config", "histogram_latencies=true", "--metrics-config=summary_latencies=true",
                "--metrics-config=summary_quantiles=0.25:0.05,0.999:0.001", "--allow-gpu-metrics=false")
        ).settings
        #expect(!settings.includesCPU && settings.pollInterval == .microseconds(250_250))
        #expect(!settings.countsLatencies && settings.latencies.histograms && settings.latencies.summaries)
        #expect(settings.quantiles == [0.25, 0.999])
    }

    @Test func mistakes() {
        #expect(message("--metrics-address=").contains("--metrics-address is empty"))
        #expect(message("--metrics-port=8000").contains("--http-port and --metrics-port are both 8000"))
        #expect(message("--grpc-port=8002").contains("--grpc-port and --metrics-port are both 8002"))
        #expect(message("--metrics-port=x").contains("expected an integer from 0 to 65535"))
        for value in ["soon", "-1", "nan", "1e300"] {
            #expect(message("--metrics-interval-ms=\(value)").contains("expected a number of milliseconds"))
        }
        #expect(
            message("--metrics-config=histogram_latencies").contains(
                "--metrics-config option format is '<setting>=<value>'. Got histogram_latencies"))
        #expect(message("--metrics-config=a,b=c").contains("option format is"))
        #expect(message("--metrics-config=nosuch=1").contains("summary_quantiles"))
        #expect(message("--metrics-config=summary_latencies=maybe").contains("expected true, false"))
        for value in ["", "0.5", "0.5:", "0.5:0.1,", "2:0.1", "-1:0.1", "0.5:0.1,0.5:0.2", "x:y", "nan:0.1"] {
            #expect(message("--metrics-config=summary_quantiles=\(value)").contains("<quantile>:<error>"), "\(value)")
        }
    }

    @Test func aDurationOfNothingReadsEachTime() throws {
        #expect(try metrics("--metrics-interval-ms=0")?.settings.pollInterval == .zero)
    }

    /// The parts put together as `nereid serve` does.
    @Test func metricsAreServedUntilTheEnd() async throws {
        let repository = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: repository, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: repository) }
        var configuration = ServerConfiguration()
        configuration.repository.paths = [repository.path]
        configuration.http = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.servesGRPC = false
        configuration.metrics = MetricsConfiguration()
        configuration.metrics?.server = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = InferenceServer(configuration: configuration, log: LogSettingsStore(), logger: logger)
        let port = try #require(try await server.start().metrics)
        let client = HTTPClient(url: try ServerURL(parsing: "127.0.0.1:\(port)"), timeout: .seconds(60))
        _ = await server.models.start()
        let text = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
        #expect(text.contains("\nnereid_server_ready 1\n"))
        #expect(text.contains("\nnereid_connections{protocol=\"http\"} 0\n"))
        #expect(text.contains("\nnv_cpu_memory_total_bytes "))

        await server.stop([.http, .grpc], timeout: .seconds(60))
        await server.models.shutdown()
        let last = String(decoding: try await client.get("/metrics").body, as: UTF8.self)
        #expect(last.contains("\nnereid_server_ready 0\n"))
        await server.stop([.metrics], timeout: .seconds(60))
        await #expect(throws: (any Error).self) { try await client.get("/metrics") }
    }
}
