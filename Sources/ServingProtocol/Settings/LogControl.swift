/// The log of the server, as clients may look at it and change it.
///
/// Thread-safe.
public protocol LogControl: Sendable {
    /// Where the log goes; empty when it is no file.
    var file: String { get }
    var settings: LogSettings { get }
    /// Changes the settings in one step and returns what they are now.
    @discardableResult
    func update(_ change: (inout LogSettings) -> Void) -> LogSettings
}

extension LogControl {
    @discardableResult
    public func update(_ change: LogSettingsChange) -> LogSettings { update { change.apply(to: &$0) } }
}
