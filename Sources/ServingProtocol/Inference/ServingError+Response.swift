public import InferenceTypes

extension ServingError {
    /// A model that gives one response for each request has given none.
    public static var endedWithoutResponse: ServingError {
        ServingError(.internal, "the model ended without a response although it is not decoupled")
    }

    /// A model has given an output whose bytes are not those of its shape.
    public static func outputSizeMismatch(_ output: Tensor) -> ServingError {
        ServingError(.internal, "output tensor shape does not match size of output for '\(output.name)'")
    }
}
