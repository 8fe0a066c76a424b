import Logging
import UnixSignals

/// Watches for SIGTERM and SIGINT. The first asks the server to stop; those after it are ignored.
final class StopSignals: Sendable {
    private let task: Task<Void, Never>

    /// Signals are caught from the moment this returns.
    init(logger: Logger, _ stop: @escaping @Sendable (UnixSignal) -> Void) async {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        task = Task {
            var isStopping = false
            for await signal in signals {
                if isStopping {
                    logger.info("\(Self.name(signal)) is ignored: the server is stopping already")
                } else {
                    isStopping = true
                    stop(signal)
                }
            }
        }
    }

    func cancel() { task.cancel() }

    static func name(_ signal: UnixSignal) -> String { signal == .sigint ? "SIGINT" : "SIGTERM" }
}
