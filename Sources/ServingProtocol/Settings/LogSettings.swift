public import Logging

/// Which lines are logged, and how they look. The fields are those of Triton's `--log-*` flags.
public struct LogSettings: Sendable, Hashable {
    public var info = true
    public var warning = true
    public var error = true
    /// 0 logs nothing verbose, 1 adds debug lines, 2 and more adds trace lines.
    public var verboseLevel = 0
    public var format = LogFormat.default

    public init() {}

    /// Whether a line of this level is written.
    public func allows(_ level: Logger.Level) -> Bool {
        switch level {
        case .trace: verboseLevel >= 2
        case .debug: verboseLevel >= 1
        case .info, .notice: info
        case .warning: warning
        case .error, .critical: error
        }
    }
}
