import Synchronization

/// Log settings that are kept and answered, for a server whose log is not its own.
public final class LogSettingsStore: LogControl {
    public let file = ""
    private let state: Mutex<LogSettings>

    public init(_ settings: LogSettings = LogSettings()) { state = Mutex(settings) }

    public var settings: LogSettings { state.withLock { $0 } }

    @discardableResult
    public func update(_ change: (inout LogSettings) -> Void) -> LogSettings {
        state.withLock { settings in
            change(&settings)
            return settings
        }
    }
}
