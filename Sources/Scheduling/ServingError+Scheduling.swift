public import InferenceTypes

extension ServingError {
    /// The queue of the model is full.
    public static func exceedsMaximumQueueSize(_ request: InferenceRequest) -> ServingError {
        ServingError(.unavailable, request.logPrefix + "Exceeds maximum queue size")
    }

    /// The client has gone, or has cancelled, before the request was executed.
    public static let requestCancelled = ServingError(.cancelled, "Request cancelled")
}
