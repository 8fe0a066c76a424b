/// Something that a scan noticed and that whoever asked for it may want to log.
public struct ScanNote: Sendable, Hashable {
    public enum Level: Sendable, Hashable { case debug, warning, error }

    public var level: Level
    public var message: String

    public init(_ level: Level, _ message: String) {
        self.level = level
        self.message = message
    }
}
