public import InferenceTypes

/// Errors of finding a model, in Triton's words.
extension ServingError {
    /// A request reached a server, or a model version, that is ending.
    static let modelIsStopping = ServingError(
        .unavailable, "Server is stopping, scheduler for model has stopped accepting new inference requests")

    static func noAvailableVersion(_ name: String) -> ServingError {
        ServingError(.notFound, "Request for unknown model: '\(name)' has no available versions")
    }

    /// Several namespaces have a model of the name, which a request has no way to choose from.
    static func ambiguousModel(_ name: String, count: Int) -> ServingError {
        ServingError(
            .invalidArgument,
            "There are \(count) identifiers of model '\(name)' in global map, model namespace must be provided to resolve "
                + "ambiguity.")
    }

    public static func unknownModel(_ name: String) -> ServingError {
        ServingError(.notFound, "Request for unknown model: '\(name)' is not found")
    }
}
