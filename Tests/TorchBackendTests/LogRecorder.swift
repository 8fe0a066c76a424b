import Logging
import Synchronization

/// Keeps the lines that are logged.
final class LogRecorder: Sendable {
    private let recorded = Mutex<[String]>([])
    private let onLine: @Sendable (String) -> Void

    /// - Parameter onLine: called with each line, on the thread that logs it.
    init(onLine: @escaping @Sendable (String) -> Void = { _ in }) { self.onLine = onLine }

    var lines: [String] { recorded.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private func add(_ line: String) {
        recorded.withLock { $0.append(line) }
        onLine(line)
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { recorder.add("\(event.message)") }
    }
}
