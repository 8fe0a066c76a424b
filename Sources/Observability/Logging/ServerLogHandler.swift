public import Logging

/// Sends swift-log's events to a `LogOutput` in Triton's format.
public struct ServerLogHandler: LogHandler {
    private let output: LogOutput
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    /// The most that this logger lets through; what is written is decided by the settings of the output.
    public var logLevel: Logger.Level = .trace

    public init(_ output: LogOutput) { self.output = output }

    /// A logger that writes to `output`.
    public static func logger(label: String, output: LogOutput) -> Logger {
        Logger(label: label) { _ in ServerLogHandler(output) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        guard output.allows(event.level) else { return }
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { $1 } }
        if let own = event.metadata { merged.merge(own) { $1 } }
        if let error = event.error { merged["error"] = "\(error)" }
        let entries = merged.sorted { $0.key < $1.key }.map { (key: $0.key, value: "\($0.value)") }
        output.log(
            event.level, message: event.message.description, metadata: entries, file: event.file, line: event.line)
    }
}
