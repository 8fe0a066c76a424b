import Logging
import UnixSignals

/// Watches for SIGTERM and SIGINT. The first asks the server to stop; a SIGINT after that ends the process at once.
final class StopSignals: Sendable {
    private let task: Task<Void, Never>

    /// Signals are caught from the moment this returns.
    init(logger: Logger, _ stop: @escaping @Sendable (UnixSignal) -> Void) async {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        task = Task {
            var isStopping = false
            for await signal in signals {
                if !isStopping {
                    isStopping = true
                    stop(signal)
                } else if signal == .sigint {
                    logger.error("second SIGINT: exiting without waiting for requests in flight")
                    ProcessEnvironment.exitNow(1)
                } else {
                    logger.info("\(Self.name(signal)) again: already stopping; SIGINT exits at once")
                }
            }
        }
    }

    func cancel() { task.cancel() }

    static func name(_ signal: UnixSignal) -> String { signal == .sigint ? "SIGINT" : "SIGTERM" }
}
