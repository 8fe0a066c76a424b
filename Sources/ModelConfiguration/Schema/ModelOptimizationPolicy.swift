public import InferenceTypes

/// Optimization settings (message `ModelOptimizationPolicy`).
public struct ModelOptimizationPolicy: Sendable, Hashable {
    public struct Graph: Sendable, Hashable {
        public var level: Int32 = 0
        public init() {}
    }

    public enum ModelPriority: Int32, Sendable, CaseIterable { case `default` = 0, max = 1, min = 2 }

    public struct CUDA: Sendable, Hashable {
        public struct LowerBound: Sendable, Hashable {
            public var batchSize: Int32 = 0
            public var inputs: [String: Shape] = [:]
            public init() {}
        }
        public struct GraphSpec: Sendable, Hashable {
            public var batchSize: Int32 = 0
            public var inputs: [String: Shape] = [:]
            public var graphLowerBound: LowerBound?
            public init() {}
        }
        public var graphs = false
        public var busyWaitEvents = false
        public var graphSpecs: [GraphSpec] = []
        public var outputCopyStream = false
        public init() {}
    }

    public struct ExecutionAccelerators: Sendable, Hashable {
        public struct Accelerator: Sendable, Hashable {
            public var name = ""
            public var parameters: [String: String] = [:]
            public init() {}
        }
        public var gpu: [Accelerator] = []
        public var cpu: [Accelerator] = []
        public init() {}
    }

    public struct PinnedMemoryBuffer: Sendable, Hashable {
        public var enable = false
        public init() {}
    }

    public var graph: Graph?
    public var priority = ModelPriority.default
    public var cuda: CUDA?
    public var executionAccelerators: ExecutionAccelerators?
    public var inputPinnedMemory: PinnedMemoryBuffer?
    public var outputPinnedMemory: PinnedMemoryBuffer?
    public var gatherKernelBufferThreshold: UInt32 = 0
    public var eagerBatching = false

    public init() {}
}
