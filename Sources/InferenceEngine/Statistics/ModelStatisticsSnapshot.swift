public import InferenceTypes

/// A number of events and the nanoseconds that they took together.
public struct StatisticDuration: Sendable, Hashable {
    public var count: UInt64 = 0
    public var nanoseconds: UInt64 = 0
    public init() {}
}

/// The statistics of one model version at one moment (Triton's statistics extension).
public struct ModelStatisticsSnapshot: Sendable, Hashable {
    public struct Batch: Sendable, Hashable {
        public var batchSize: UInt64
        public var computeInput = StatisticDuration()
        public var computeInfer = StatisticDuration()
        public var computeOutput = StatisticDuration()
        public init(batchSize: UInt64) { self.batchSize = batchSize }
    }

    public struct Response: Sendable, Hashable {
        public var computeInfer = StatisticDuration()
        public var computeOutput = StatisticDuration()
        public var success = StatisticDuration()
        public var fail = StatisticDuration()
        public var emptyResponse = StatisticDuration()
        public var cancel = StatisticDuration()
        public init() {}
    }

    public var name = ""
    public var version: Int64 = 0
    /// Milliseconds since the epoch; 0 before the first inference.
    public var lastInference: UInt64 = 0
    public var inferenceCount: UInt64 = 0
    public var executionCount: UInt64 = 0
    public var success = StatisticDuration()
    public var fail = StatisticDuration()
    public var queue = StatisticDuration()
    public var computeInput = StatisticDuration()
    public var computeInfer = StatisticDuration()
    public var computeOutput = StatisticDuration()
    public var cacheHit = StatisticDuration()
    public var cacheMiss = StatisticDuration()
    /// Sorted by batch size.
    public var batches: [Batch] = []
    /// Keyed by the index of the response; filled by decoupled models only.
    public var responses: [Int: Response] = [:]
    /// By device; as the servable tells it.
    public var memoryUsage: [MemoryUsage] = []

    public init() {}
}
