import Logging
import Synchronization

/// Keeps log lines, and lets a test wait for one.
final class RecordingLog: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [(line: String, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock { $0.lines } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    func count(of text: String) -> Int { lines.filter { $0.contains(text) }.count }

    /// Returns once a line that contains `text` was logged.
    func has(_ text: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.lines.contains(where: { $0.contains(text) }) { return true }
                state.waiting.append((text, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func append(_ line: String) {
        let done = state.withLock { state in
            state.lines.append(line)
            let done = state.waiting.filter { line.contains($0.line) }.map(\.continuation)
            state.waiting.removeAll { line.contains($0.line) }
            return done
        }
        for continuation in done { continuation.resume() }
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.append("\(event.level): \(event.message)") }
    }
}
