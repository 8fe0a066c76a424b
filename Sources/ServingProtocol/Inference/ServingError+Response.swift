public import InferenceTypes

extension ServingError {
    /// A model that gives one response for each request has given none.
    public static var endedWithoutResponse: ServingError {
        ServingError(.internal, "the model ended without a response although it is not decoupled")
    }
}
