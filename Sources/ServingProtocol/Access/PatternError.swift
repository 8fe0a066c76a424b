/// What is wrong with a regular expression.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    public var reason: String
    /// In bytes from the start.
    public var offset: Int

    public var description: String { "\(reason) at offset \(offset)" }
}
