public import InferenceTypes

/// Errors of finding a model, in Triton's words.
extension ServingError {
    /// A request reached a server, or a model version, that is ending.
    static let modelIsStopping = ServingError(
        .unavailable, "Server is stopping, scheduler for model has stopped accepting new inference requests")

    public static func unknownModel(_ name: String) -> ServingError {
        ServingError(.notFound, "Request for unknown model: '\(name)' is not found")
    }
}
