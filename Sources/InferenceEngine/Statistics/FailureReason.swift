import InferenceTypes

/// Why a request that was taken in failed; the raw value is the word of the metrics.
public enum FailureReason: String, Sendable, Hashable, CaseIterable {
    /// Refused by the queue.
    case rejected = "REJECTED"
    case cancelled = "CANCELED"
    /// The backend failed.
    case backend = "BACKEND"
    case other = "OTHER"

    /// For a request that leaves the queue without being executed.
    init(unexecuted error: ServingError) {
        if error.code == .cancelled {
            self = .cancelled
        } else {
            self = error == .modelIsStopping ? .other : .rejected
        }
    }
}
