public import InferenceTypes
public import ModelConfiguration

/// Knows which sequences of a model are active, and refuses requests that belong to none.
public struct SequenceTracker: Sendable {
    private let idleLimit: Duration
    /// The most sequences that may be active at once.
    private let limit: Int
    private var lastSeen: [CorrelationID: ContinuousClock.Instant] = [:]
    private var nextSweep: ContinuousClock.Instant?

    /// - Parameter limit: how many sequences may be active; a further one is refused.
    public init(_ settings: ModelSequenceBatching, limit: Int) {
        let idle = settings.maxSequenceIdleMicroseconds == 0 ? 1_000_000 : settings.maxSequenceIdleMicroseconds
        idleLimit = .microseconds(Int64(clamping: idle))
        self.limit = limit
    }

    public var activeCount: Int { lastSeen.count }

    /// Admits a request to its sequence, or says in Triton's words why it cannot be.
    public mutating func admit(_ request: InferenceRequest, now: ContinuousClock.Instant) -> ServingError? {
        if request.batchSize > 1 {
            return ServingError(
                .invalidArgument,
                "inference request to model '\(request.modelName)' must specify batch-size 1 due to requirements of "
                    + "sequence batcher")
        }
        guard !request.correlationID.isNone else {
            return ServingError(
                .invalidArgument,
                "inference request to model '\(request.modelName)' must specify a non-zero or non-empty correlation ID")
        }
        forgetIdleSequences(now: now)
        let id = request.correlationID
        let isActive = lastSeen[id].map { now - $0 <= idleLimit } ?? false
        if !request.sequenceStart && !isActive {
            lastSeen[id] = nil
            return ServingError(
                .invalidArgument,
                "inference request for sequence \(Self.text(id)) to model '\(request.modelName)' must specify the START "
                    + "flag on the first request of the sequence")
        }
        if request.sequenceEnd {
            lastSeen[id] = nil
        } else if isActive || lastSeen.count < limit {
            lastSeen[id] = now
        } else {
            return ServingError(
                .unavailable,
                "inference request for sequence \(Self.text(id)) to model '\(request.modelName)' exceeds the maximum "
                    + "of \(limit) active sequences")
        }
        return nil
    }

    // Looking at all sequences on each request would be quadratic; once per idle time keeps the table short enough.
    private mutating func forgetIdleSequences(now: ContinuousClock.Instant) {
        if let nextSweep, now < nextSweep { return }
        nextSweep = now + idleLimit
        lastSeen = lastSeen.filter { now - $0.value <= idleLimit }
    }

    private static func text(_ id: CorrelationID) -> String {
        switch id {
        case .unsigned(let number): String(number)
        case .string(let text): text
        }
    }
}
