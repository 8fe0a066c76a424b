public import InferenceTypes

/// Sequence batching settings (message `ModelSequenceBatching`).
public struct ModelSequenceBatching: Sendable, Hashable {
    public struct Control: Sendable, Hashable {
        public enum Kind: Int32, Sendable, CaseIterable { case start = 0, ready = 1, end = 2, correlationID = 3 }
        public var kind = Kind.start
        public var int32FalseTrue: [Int32] = []
        public var fp32FalseTrue: [Float] = []
        public var boolFalseTrue: [Bool] = []
        public var dataType = DataType.invalid
        public init() {}
    }

    public struct ControlInput: Sendable, Hashable {
        public var name = ""
        public var controls: [Control] = []
        public init() {}
    }

    public struct InitialState: Sendable, Hashable {
        public enum Content: Sendable, Hashable { case zeroData(Bool), dataFile(String) }
        public var dataType = DataType.invalid
        public var dims: Shape = []
        public var content: Content?
        public var name = ""
        public init() {}
    }

    public struct State: Sendable, Hashable {
        public var inputName = ""
        public var outputName = ""
        public var dataType = DataType.invalid
        public var dims: Shape = []
        public var initialStates: [InitialState] = []
        public var useSameBufferForInputOutput = false
        public var useGrowableMemory = false
        public init() {}
    }

    public struct Direct: Sendable, Hashable {
        public var maxQueueDelayMicroseconds: UInt64 = 0
        public var minimumSlotUtilization: Float = 0
        public init() {}
    }

    public struct Oldest: Sendable, Hashable {
        public var maxCandidateSequences: Int32 = 0
        public var preferredBatchSizes: [Int32] = []
        public var maxQueueDelayMicroseconds: UInt64 = 0
        public var preserveOrdering = false
        public init() {}
    }

    /// The oneof `strategy_choice`.
    public enum Strategy: Sendable, Hashable { case direct(Direct), oldest(Oldest) }

    public var strategy: Strategy?
    public var maxSequenceIdleMicroseconds: UInt64 = 0
    public var controlInputs: [ControlInput] = []
    public var states: [State] = []
    public var iterativeSequence = false

    public init() {}
}
