public import InferenceTypes

/// Every request is an execution of its own, oldest first, on whichever instance is free.
public struct DefaultScheduler: RequestScheduler {
    private var queue: RequestQueue

    /// - Parameter maximumQueueSize: how many requests may wait; more are refused at once.
    public init(maximumQueueSize: Int) { queue = RequestQueue(limit: maximumQueueSize) }

    public var count: Int { queue.count }

    public mutating func enqueue(_ pending: PendingRequest) -> ServingError? {
        queue.append(pending) ? nil : .exceedsMaximumQueueSize(pending.request)
    }

    public mutating func nextBatch(now: ContinuousClock.Instant) -> SchedulingDecision {
        var decision = SchedulingDecision()
        while let pending = queue.popFirst() {
            guard pending.request.isCancelled else {
                decision.batch = [pending]
                break
            }
            decision.refused.append(.init(pending, .requestCancelled))
        }
        return decision
    }
}
