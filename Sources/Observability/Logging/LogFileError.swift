/// The log file could not be opened.
public struct LogFileError: Error, Sendable, CustomStringConvertible {
    public var path: String
    /// The system's words.
    public var reason: String

    public var description: String { "cannot open the log file '\(path)': \(reason)" }
}
