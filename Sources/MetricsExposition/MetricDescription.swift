/// What all samples of one name have in common.
public struct MetricDescription: Sendable, Hashable {
    /// Letters, digits, `_` and `:`, with no digit in front. Ends in the unit, and for a counter of Nereid's own in `_total`.
    public var name: String
    /// One sentence.
    public var help: String
    public var kind: MetricKind

    public init(_ kind: MetricKind, _ name: String, _ help: String) {
        self.kind = kind
        self.name = name
        self.help = help
    }
}
