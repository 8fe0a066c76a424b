extension ServingError {
    /// Two inputs of a request have one name.
    public static func inputExists(_ name: String, in request: InferenceRequest) -> ServingError {
        ServingError(.invalidArgument, "\(request.logPrefix)input '\(name)' already exists in request")
    }

    /// Whoever had to answer a request did not.
    public static let requestWasDropped = ServingError(
        .internal, "the request was dropped without an answer; this is a bug in the server")

    /// Why a model is not there, in the words of the log and of its clients.
    public static func loadFailed(_ model: String, _ cause: ServingError) -> ServingError {
        ServingError(cause.code, "failed to load model '\(model)': \(cause.message)")
    }
}
