public import InferenceTypes

/// How many things one inference request may name, in any protocol, and the words for one too many.
public struct RequestLimits: Sendable, Hashable {
    /// Inputs of a request, and outputs.
    public var maximumTensors = 2048
    /// Dimensions of a tensor.
    public var maximumRank = 1024
    /// Parameters that are passed on to the model.
    public var maximumParameters = 1024

    public init() {}

    public func checkInputs(_ count: Int) throws(ServingError) {
        guard count > maximumTensors else { return }
        throw ServingError(
            .invalidArgument, "request has \(count) inputs, which exceeds the maximum of \(maximumTensors)")
    }

    public func checkOutputs(_ count: Int) throws(ServingError) {
        guard count > maximumTensors else { return }
        throw ServingError(.invalidArgument, "request has more than \(maximumTensors) outputs")
    }

    public func checkParameters(_ count: Int) throws(ServingError) {
        guard count > maximumParameters else { return }
        throw ServingError(.invalidArgument, "request has more than \(maximumParameters) parameters")
    }

    public func checkRank(_ rank: Int, ofInput name: String) throws(ServingError) {
        guard rank > maximumRank else { return }
        throw ServingError(
            .invalidArgument, "invalid shape for input '\(name)': it has more than \(maximumRank) dimensions")
    }
}
