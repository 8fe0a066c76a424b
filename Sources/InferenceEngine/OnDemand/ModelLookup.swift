public import InferenceTypes

/// What a request finds when it asks for a model version.
public enum ModelLookup: Sendable {
    case servable(any Servable)
    /// The model loads at first use, and is not in memory.
    case absent(ModelWait)
}

/// A request's way to a model that has to load first.
public struct ModelWait: Sendable {
    let name: String
    let version: Int64?
    let models: OnDemandModels

    /// Has the model loaded and waits for it, without blocking.
    ///
    /// - Parameters:
    ///   - cancellation: of the request; when it is raised, the wait ends soon with an error.
    ///   - completion: called once, on any thread, possibly before this returns; must be quick. It gets the model version,
    ///     or why there is none: the load's failure, too many requests that wait, or too long a wait.
    public func start(
        cancellation: CancellationFlag? = nil,
        _ completion: @escaping @Sendable (Result<any Servable, ServingError>) -> Void
    ) {
        models.wait(for: name, version, cancellation: cancellation, completion)
    }

    /// As `start`, for a task.
    public func finished(cancellation: CancellationFlag? = nil) async -> Result<any Servable, ServingError> {
        await withCheckedContinuation { continuation in
            start(cancellation: cancellation) { continuation.resume(returning: $0) }
        }
    }
}
