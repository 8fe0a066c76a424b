/// How an output of a ragged batch is cut back into requests (message `BatchOutput`).
public struct BatchOutput: Sendable, Hashable {
    public enum Kind: Int32, Sendable, CaseIterable { case scatterWithInputShape = 0 }

    public var targetNames: [String] = []
    public var kind = Kind.scatterWithInputShape
    public var sourceInputs: [String] = []

    public init() {}
}
