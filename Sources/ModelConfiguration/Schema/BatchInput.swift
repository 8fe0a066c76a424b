public import InferenceTypes

/// A tensor that the batcher makes for the backend (message `BatchInput`).
public struct BatchInput: Sendable, Hashable {
    public enum Kind: Int32, Sendable, CaseIterable {
        case elementCount = 0
        case accumulatedElementCount = 1
        case accumulatedElementCountWithZero = 2
        case maxElementCountAsShape = 3
        case itemShape = 4
        case itemShapeFlatten = 5
    }

    public var kind = Kind.elementCount
    public var targetNames: [String] = []
    public var dataType = DataType.invalid
    public var sourceInputs: [String] = []

    public init() {}
}
