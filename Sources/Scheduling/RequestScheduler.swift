public import InferenceTypes

/// Decides which requests a model executes together, and when.
///
/// A value that knows no threads, locks or clocks: whoever holds it asks under a lock, passes the time, and acts on the
/// answer after unlocking. It is asked again when an instance becomes free, when a request has come in and an instance
/// is idle, and at the time that it named.
public protocol RequestScheduler: Sendable {
    /// Takes a request into the queue.
    ///
    /// - Returns: why it was refused, or `nil` when it was taken.
    mutating func enqueue(_ pending: PendingRequest) -> ServingError?

    /// What a free instance should do now.
    mutating func nextBatch(now: ContinuousClock.Instant) -> SchedulingDecision

    /// Requests that wait.
    var count: Int { get }
}

/// The answer of a scheduler to a free instance.
public struct SchedulingDecision: Sendable {
    /// A request that will not be executed.
    public struct Refusal: Sendable {
        public let pending: PendingRequest
        public let error: ServingError

        public init(_ pending: PendingRequest, _ error: ServingError) {
            self.pending = pending
            self.error = error
        }
    }

    /// Requests to execute together; empty when there is nothing to do now.
    public var batch: [PendingRequest]
    /// Requests to answer with an error.
    public var refused: [Refusal]
    /// With an empty batch: when to ask again even if nothing happens until then.
    public var askAgain: ContinuousClock.Instant?

    public init(
        batch: [PendingRequest] = [], refused: [Refusal] = [], askAgain: ContinuousClock.Instant? = nil
    ) {
        self.batch = batch
        self.refused = refused
        self.askAgain = askAgain
    }
}
