public import InferenceTypes

/// Requests that are run before a model becomes ready (message `ModelWarmup`).
public struct ModelWarmup: Sendable, Hashable {
    public struct Input: Sendable, Hashable {
        public enum Content: Sendable, Hashable { case zeroData(Bool), randomData(Bool), dataFile(String) }
        public var dataType = DataType.invalid
        public var dims: Shape = []
        public var content: Content?
        public init() {}
    }

    public var name = ""
    public var batchSize: UInt32 = 0
    public var inputs: [String: Input] = [:]
    public var count: UInt32 = 0

    public init() {}
}
