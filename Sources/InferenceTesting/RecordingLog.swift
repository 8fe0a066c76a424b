public import Logging
import Synchronization

/// Keeps log lines, as "level: message", and lets a test wait for one. Thread-safe.
public final class RecordingLog: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [(line: String, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let onLine: @Sendable (String) -> Void

    /// - Parameter onLine: called with each line, on the thread that logs it.
    public init(onLine: @escaping @Sendable (String) -> Void = { _ in }) { self.onLine = onLine }

    public var lines: [String] { state.withLock { $0.lines } }
    /// The lines without their levels.
    public var messages: [String] { lines.map { $0.drop { $0 != ":" }.dropFirst(2) }.map(String.init) }

    public var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    public func count(of text: String) -> Int { lines.filter { $0.contains(text) }.count }

    /// Returns once a line that contains `text` was logged.
    public func has(_ text: String) async {
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
        onLine(line)
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
