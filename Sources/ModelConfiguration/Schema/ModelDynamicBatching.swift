/// Dynamic batching settings (message `ModelDynamicBatching`).
public struct ModelDynamicBatching: Sendable, Hashable {
    public var preferredBatchSizes: [Int32] = []
    public var maxQueueDelayMicroseconds: UInt64 = 0
    public var preserveOrdering = false
    public var priorityLevels: UInt64 = 0
    public var defaultPriorityLevel: UInt64 = 0
    public var defaultQueuePolicy: ModelQueuePolicy?
    public var priorityQueuePolicy: [UInt64: ModelQueuePolicy] = [:]

    public init() {}
}
