/// How large the text of a model configuration may be.
public struct ConfigurationLimits: Sendable, Hashable {
    public var maximumByteCount: Int
    /// Nested messages and lists.
    public var maximumDepth: Int
    /// Errors kept; further ones are only counted.
    public var maximumErrorCount: Int

    public init(maximumByteCount: Int = 8 << 20, maximumDepth: Int = 64, maximumErrorCount: Int = 50) {
        self.maximumByteCount = maximumByteCount
        self.maximumDepth = maximumDepth
        self.maximumErrorCount = maximumErrorCount
    }
}
