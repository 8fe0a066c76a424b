import InferenceTypes

/// Why a request does not get its on-demand model.
extension ServingError {
    /// Triton's words for a model that did not load, and then the cause.
    static func notLoadedOnDemand(_ name: String, _ version: Int64?, _ cause: ServingError) -> ServingError {
        var text = cause.message
        while text.last?.isWhitespace == true { text.removeLast() }
        let words = version.map { "version \($0) is not at ready state" } ?? "has no available versions"
        return ServingError(
            version == nil ? .notFound : .unavailable, "Request for unknown model: '\(name)' \(words): \(text)")
    }

    static func tooManyWaitForModels(_ name: String, limit: Int) -> ServingError {
        ServingError(
            .unavailable,
            "model '\(name)' is not in memory, and the limit of \(limit) requests that wait for models is reached; try again later"
        )
    }

    static func waitedTooLongForModel(_ name: String, limit: Duration) -> ServingError {
        ServingError(
            .unavailable,
            "model '\(name)' is not in memory and could not be loaded within \(limit.components.seconds) s; the models in memory are in use, or loads are slow"
        )
    }

    static let unloadedByOperator = ServingError(.unavailable, "the model was unloaded")

    static let clientOfWaitHasGone = ServingError(.cancelled, "the client no longer waits for the model to load")
}
