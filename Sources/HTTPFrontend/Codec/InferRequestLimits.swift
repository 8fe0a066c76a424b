import ServingProtocol

/// What one inference request may take, beyond the size of its body.
struct InferRequestLimits: Sendable, Hashable {
    /// Bytes of the JSON part, of one tensor in it, and of a raw input (`--http-max-input-size`).
    var maximumInputBytes = 64 * 1024 * 1024
    var request = RequestLimits()

    init() {}

    init(_ limits: HTTPLimits) {
        maximumInputBytes = limits.maximumJSONBytes
        request = limits.request
    }
}
