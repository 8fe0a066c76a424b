import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Logging
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
    }

    let configuration: ServerConfiguration
    let output: LogOutput
    let logger: Logger

    /// Returns the exit status.
    ///
    /// - Throws: `StartupError` when the server cannot start at all.
    func run() async throws(StartupError) -> Int32 {
        let began = ContinuousClock.now
        for warning in configuration.warnings { logger.warning("\(warning)") }
        try RepositoryCheck.check(configuration.repository.paths)
        let server = InferenceServer(configuration: configuration, log: output, logger: logger)
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let signals = await StopSignals(logger: logger) { continuation.yield(.stopRequested($0)) }
        defer { signals.cancel() }

        let ports: ServerPorts
        do {
            try server.memoryTrimmer.start()
            ports = try await server.start()
        } catch {
            throw StartupError(error.message)
        }
        announce(ports)
        let loading = Task { continuation.yield(.modelsLoaded(await server.models.start())) }
        let progress = LoadingProgress(output: output, service: server.service, began: began).start()
        defer {
            progress.cancel()
            loading.cancel()
        }
        var polling: Task<Void, Never>?
        defer { polling?.cancel() }

        for await event in events {
            progress.cancel()
            output.show(status: "")
            switch event {
            case .stopRequested(let signal):
                polling?.cancel()
                return await stop(server, after: signal)
            case .modelsLoaded(let report):
                let table = ModelTable(report, advice: ModelLoadAdvice(backends: server.backendNames))
                show(table)
                if report.hasFailures, configuration.repository.exitOnError {
                    await abandon(server)
                    throw Self.failure(report, table)
                }
                let summary = StartupSummary(
                    duration: ContinuousClock.now - began, addresses: addresses(ports),
                    readyModels: table.readyModelCount, failedModels: table.failedModelCount,
                    isReady: server.service.isReady)
                if configuration.log.info { output.write(block: summary.text + "\n") }
                polling = startPolling(server.models)
            }
        }
        return 0
    }

    private func announce(_ ports: ServerPorts) {
        let (http, grpc) = (configuration.http, configuration.grpc)
        if let port = ports.http {
            logger.info("listening for HTTP on \(http.host):\(port)\(Self.protection(http.tls))")
        }
        if let port = ports.grpc {
            logger.info("listening for gRPC on \(grpc.host):\(port)\(Self.protection(grpc.tls))")
        }
    }

    private static func protection(_ tls: TLSConfigurationFiles?) -> String {
        guard let tls else { return "" }
        return tls.clientRoots == nil ? " with TLS" : " with mutual TLS"
    }

    private func addresses(_ ports: ServerPorts) -> [String] {
        let (http, grpc) = (configuration.http, configuration.grpc)
        return [
            (http.tls == nil ? "http" : "https", http.host, ports.http),
            (grpc.tls == nil ? "grpc" : "grpcs", grpc.host, ports.grpc),
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

    /// First the server is no longer ready, then requests in flight finish, then models leave memory.
    private func stop(_ server: InferenceServer, after signal: UnixSignal) async -> Int32 {
        let limit = configuration.exitTimeout
        logger.info(
            "\(StopSignals.name(signal)): no longer ready; requests in flight may finish for \(limit.components.seconds) s"
        )
        server.models.beginShutdown()
        let deadline = ContinuousClock.now + limit
        let drained = await server.stop(timeout: limit)
        let left = max(.zero, deadline - ContinuousClock.now)
        let unloaded = await TimeLimit.finishes(within: left) { await server.models.shutdown() }
        guard drained, unloaded else {
            logger.error("Exit timeout expired. Exiting immediately.")
            return 1
        }
        await server.eventLoops.shutdown()
        logger.info("all requests are answered and all models unloaded")
        return 0
    }

    /// Gives up during the start; nobody was promised an answer.
    private func abandon(_ server: InferenceServer) async {
        server.models.beginShutdown()
        await server.stop(timeout: .seconds(1))
        _ = await TimeLimit.finishes(within: configuration.exitTimeout) { await server.models.shutdown() }
    }
}
