import InferenceTypes
import ServingProtocol

/// What a `ModelInferRequest` asks for.
struct DecodedInferRequest: Sendable {
    /// Inputs in shared memory have no data yet.
    var request: InferenceRequest
    var sharedInputs = SharedMemoryInputs()
    var outputs = RequestedOutputs()
    /// Whether the end of a decoupled response is to be told with a message of its own.
    var wantsEmptyFinalResponse = false
}
