/// A string inside a JSON text: where its content lies, still escaped.
public struct JSONStringRange: Sendable, Hashable {
    /// Offset of the first byte after the opening quotation mark.
    public let start: Int
    /// Bytes between the quotation marks.
    public let count: Int
    /// Bytes after escapes are resolved; equal to `count` when there are none.
    public let unescapedCount: Int

    public var hasEscapes: Bool { count != unescapedCount }
}
