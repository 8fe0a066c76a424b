import ArgumentParser
import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import Observability

struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Serve metrics for Prometheus, GET /metrics.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var allowMetrics = true

    @Option(
        help: ArgumentHelp(
            "The address on which metrics are served (default: that of --http-address).", valueName: "address"))
    var metricsAddress: String?

    @Option(
        help: ArgumentHelp("The port of metrics; 0 takes any free one.", valueName: "port"),
        transform: FlagValue.integer(0...65535))
    var metricsPort = MetricsConfiguration.standardPort

    @Option(
        help: ArgumentHelp("Tell about the processors and the memory of the machine.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var allowCpuMetrics = true

    @Option(
        help: ArgumentHelp(
            "The figures of the machine are read again when they are older than half of this.",
            valueName: "milliseconds"),
        transform: MetricsOptions.milliseconds)
    var metricsIntervalMs = 2000.0

    @Option(
        help: ArgumentHelp(
            "counter_latencies, histogram_latencies or summary_latencies with true or false, or summary_quantiles with "
                + "<quantile>:<error>,...; may be repeated.",
            valueName: "setting=value"))
    var metricsConfig: [String] = []

    @Option(
        help: ArgumentHelp(
            "The most connections of metrics at one time.", valueName: "count",
            standard: MetricsConfiguration.standardMaximumConnections),
        transform: FlagValue.integer(1...10_000_000))
    var metricsMaxConnections = MetricsConfiguration.standardMaximumConnections

    /// After the options of the other protocols and of limits.
    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        guard allowMetrics else {
            configuration.metrics = nil
            return
        }
        guard metricsAddress != "" else {
            throw CommandLineError("--metrics-address is empty; give an address such as 0.0.0.0.")
        }
        var metrics = MetricsConfiguration()
        metrics.server.host = metricsAddress ?? configuration.http.host
        metrics.server.port = metricsPort
        metrics.server.reusesPort = configuration.http.reusesPort
        metrics.server.limits = configuration.http.limits
        metrics.server.limits.maximumConnections = metricsMaxConnections
        metrics.server.limits.maximumBodyBytes = 64 * 1024
        metrics.settings.includesCPU = allowCpuMetrics
        metrics.settings.pollInterval = .milliseconds(metricsIntervalMs / 2)
        for text in metricsConfig { try Self.apply(text, to: &metrics.settings) }
        configuration.metrics = metrics
        try checkPort(configuration)
    }

    private func checkPort(_ configuration: ServerConfiguration) throws(CommandLineError) {
        guard let metrics = configuration.metrics?.server, metrics.port != 0 else { return }
        let others = [
            ("--http-port", configuration.servesHTTP, configuration.http.host, configuration.http.port),
            ("--grpc-port", configuration.servesGRPC, configuration.grpc.host, configuration.grpc.port),
        ]
        for (flag, isServed, host, port) in others where isServed && port == metrics.port && host == metrics.host {
            throw CommandLineError("\(flag) and --metrics-port are both \(port); give each a port of its own.")
        }
    }

    private static func milliseconds(_ text: String) throws -> Double {
        guard let value = Double(text), value >= 0, value <= 1e12 else {
            throw ValidationError("expected a number of milliseconds.")
        }
        return value
    }

    private static func apply(_ text: String, to settings: inout MetricsSettings) throws(CommandLineError) {
        guard let equals = text.firstIndex(of: "="), !text[..<equals].contains(",") else {
            throw CommandLineError("--metrics-config option format is '<setting>=<value>'. Got \(text)")
        }
        let value = String(text[text.index(after: equals)...])
        switch text[..<equals] {
        case "counter_latencies": settings.countsLatencies = try isTrue(value, text)
        case "histogram_latencies": settings.latencies.histograms = try isTrue(value, text)
        case "summary_latencies": settings.latencies.summaries = try isTrue(value, text)
        case "summary_quantiles": settings.quantiles = try quantiles(value, text)
        default:
            throw CommandLineError(
                "--metrics-config=\(text) is no setting that there is; there are counter_latencies, histogram_latencies, "
                    + "summary_latencies and summary_quantiles.")
        }
    }

    private static func isTrue(_ value: String, _ text: String) throws(CommandLineError) -> Bool {
        guard let isTrue = FlagValue.isTrue(value) else {
            throw CommandLineError("--metrics-config=\(text): expected \(FlagValue.booleanForm).")
        }
        return isTrue
    }

    /// The errors are what an estimator may be wrong by; ours counts ranks exactly, so that they are only checked.
    private static func quantiles(_ value: String, _ text: String) throws(CommandLineError) -> [Double] {
        let pairs = value.split(separator: ",", omittingEmptySubsequences: false).map { pair -> Double? in
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
            guard parts.count == 2, let quantile = parts[0], let error = parts[1], (0...1).contains(quantile),
                (0...1).contains(error)
            else { return nil }
            return quantile
        }
        let quantiles = pairs.compactMap { $0 }
        guard quantiles.count == pairs.count, Set(quantiles).count == quantiles.count, quantiles.count <= 100 else {
            throw CommandLineError(
                "--metrics-config=\(text): expected at most 100 different <quantile>:<error>, with numbers from 0 to 1, as in "
                    + "0.5:0.05,0.99:0.001.")
        }
        return quantiles
    }
}
