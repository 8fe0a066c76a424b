public import Logging

/// The severities of Triton's log, by the letter that starts a line.
public enum LogSeverity: Character, Sendable, Hashable {
    case error = "E"
    case warning = "W"
    /// Verbose lines carry this letter too.
    case info = "I"

    public init(_ level: Logger.Level) {
        switch level {
        case .trace, .debug, .info, .notice: self = .info
        case .warning: self = .warning
        case .error, .critical: self = .error
        }
    }
}
