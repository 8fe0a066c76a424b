/// What one inference request may take, beyond the size of its body.
struct InferRequestLimits: Sendable, Hashable {
    /// Bytes of the JSON part, of one tensor in it, and of a raw input (`--http-max-input-size`).
    var maximumInputBytes = 64 * 1024 * 1024
    /// Inputs of a request, and outputs.
    var maximumTensors = 2048
    /// Dimensions of a tensor.
    var maximumRank = 1024
    /// Parameters that are passed on to the model.
    var maximumParameters = 1024

    init() {}

    init(_ limits: HTTPLimits) {
        maximumInputBytes = limits.maximumJSONBytes
        maximumTensors = limits.maximumTensors
        maximumRank = limits.maximumTensorRank
        maximumParameters = limits.maximumParameters
    }
}
