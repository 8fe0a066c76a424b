import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Logging
import ObjectStorage
import Observability
import ServerTransport
import ServingProtocol
import UnixSignals

/// The server from start to exit: opens the ports, loads the models, serves, and stops on a signal.
///
/// Everything that happens to it is an event of one stream, handled one after the other.
struct ServerProcess {
    private enum Event: Sendable {
        case modelsLoaded(StartupReport)
        case stopRequested(UnixSignal)
        case handedOver
    }

    let configuration: ServerConfiguration
    let output: LogOutput
    let logger: Logger
    let notifier: ServiceNotifier

    init(configuration: ServerConfiguration, output: LogOutput, logger: Logger) {
        self.configuration = configuration
        self.output = output
        self.logger = logger
        notifier = ServiceNotifier(socket: ProcessEnvironment.value("NOTIFY_SOCKET"), logger: logger)
    }

    /// Returns the exit status.
    ///
    /// - Throws: `StartupError` when the server cannot start at all.
    func run() async throws(StartupError) -> Int32 {
        let began = ContinuousClock.now
        for warning in configuration.warnings { logger.warning("\(warning)") }
        try RepositoryCheck.check(configuration.repository.paths)
        let remote = try RemoteRepositories.make(configuration, logger: logger)
        let server = InferenceServer(configuration: configuration, remote: remote, log: output, logger: logger)
        defer { server.models.removeOverridingFiles() }
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let signals = await StopSignals(logger: logger) { continuation.yield(.stopRequested($0)) }
        defer { signals.cancel() }

        var ports = try await openPorts(of: server) { continuation.yield(.handedOver) }
        defer { ports.handover?.stop() }
        notifier.starting()
        let loading = Task { continuation.yield(.modelsLoaded(await server.models.start())) }
        let progress = LoadingProgress(
            output: output, service: server.service, transfers: remote?.meter, began: began
        ).start()
        defer {
            progress.cancel()
            loading.cancel()
        }
        var isServing = false
        var polling: Task<Void, Never>?
        defer { polling?.cancel() }

        for await event in events {
            progress.cancel()
            output.show(status: "")
            switch event {
            case .stopRequested(let signal):
                polling?.cancel()
                let plan = StopPlan(configuration.stop, reason: .signal, isServing: isServing)
                return await stop(server, plan, because: StopSignals.name(signal), ports.handover)
            case .handedOver:
                polling?.cancel()
                let plan = StopPlan(configuration.stop, reason: .handedOver, isServing: isServing)
                return await stop(server, plan, because: "another server has taken over", ports.handover)
            case .modelsLoaded(let report):
                let table = ModelTable(report, advice: ModelLoadAdvice(backends: server.backendNames))
                show(table)
                if report.hasFailures, configuration.repository.exitOnError {
                    await abandon(server)
                    throw Self.failure(report, table)
                }
                try await beginServing(server, &ports)
                isServing = true
                let summary = StartupSummary(
                    duration: ContinuousClock.now - began, addresses: addresses(ports),
                    readyModels: table.readyModelCount, failedModels: table.failedModelCount,
                    isReady: server.service.isReady)
                if configuration.log.info { output.write(block: summary.text + "\n") }
                notifier.ready(summary.text)
                polling = startPolling(server.models)
            }
        }
        return 0
    }

    private func addresses(_ ports: Ports) -> [String] {
        let (http, grpc) = (configuration.http, configuration.grpc)
        return [
            (http.tls == nil ? "http" : "https", ports.host(.http, configured: http.host), ports.numbers.http),
            (grpc.tls == nil ? "grpc" : "grpcs", ports.host(.grpc, configured: grpc.host), ports.numbers.grpc),
        ].compactMap { scheme, host, port in
            port.map { StartupSummary.address(scheme: scheme, host: host, port: $0) }
        }
    }

    /// For the table in a log that is no terminal.
    private static let widthWithoutTerminal = 160

    private func show(_ table: ModelTable) {
        guard configuration.log.info || (configuration.log.error && table.failedModelCount > 0) else { return }
        output.write(block: table.text(width: output.columns ?? Self.widthWithoutTerminal))
    }

    private func startPolling(_ models: ModelManager) -> Task<Void, Never>? {
        let period = configuration.repository.pollInterval
        guard configuration.repository.controlMode == .poll, period > .zero else { return nil }
        return Task { await models.runPolling(every: period) }
    }

    private static func failure(_ report: StartupReport, _ table: ModelTable) -> StartupError {
        if let error = report.repositoryError { return StartupError(error.message) }
        let models = table.failedModelCount == 1 ? "a model" : "\(table.failedModelCount) models"
        return StartupError(
            "failed to load all models: \(models) could not be loaded (see the table above). "
                + "With --exit-on-error=false the others are served.")
    }
}
