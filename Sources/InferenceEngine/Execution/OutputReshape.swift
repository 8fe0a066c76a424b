import InferenceTypes
import ModelConfiguration

/// Turns the shape that a backend gave (the configuration's `reshape`) into the one that clients see (its `dims`).
struct OutputReshape: Sendable {
    private let isBatching: Bool
    private let modelDimensions: [Int64]
    private let clientDimensions: [Int64]

    /// The outputs of a model that have a `reshape`, by name.
    static func all(in configuration: ModelConfig) -> [String: OutputReshape] {
        var reshapes: [String: OutputReshape] = [:]
        for output in configuration.outputs {
            guard let reshape = output.reshape else { continue }
            reshapes[output.name] = OutputReshape(
                isBatching: configuration.maxBatchSize > 0, modelDimensions: reshape.dimensions,
                clientDimensions: output.dims.dimensions)
        }
        return reshapes
    }

    /// The tensor with its client shape: the batch dimension stays, and the variable dimensions keep their order.
    func apply(to tensor: Tensor, model: String) -> Result<Tensor, ServingError> {
        let given = tensor.shape.dimensions
        let batchRank = isBatching ? 1 : 0
        guard given.count == modelDimensions.count + batchRank else { return mismatch(tensor, model) }
        var variable = zip(modelDimensions, given.dropFirst(batchRank)).filter { $0.0 == -1 }.map(\.1).makeIterator()
        var dimensions = Array(given.prefix(batchRank))
        for dimension in clientDimensions {
            guard dimension == -1 else {
                dimensions.append(dimension)
                continue
            }
            guard let value = variable.next() else { return mismatch(tensor, model) }
            dimensions.append(value)
        }
        var reshaped = tensor
        reshaped.shape = Shape(dimensions)
        guard reshaped.shape.elementCount == tensor.shape.elementCount else { return mismatch(tensor, model) }
        return .success(reshaped)
    }

    private func mismatch(_ tensor: Tensor, _ model: String) -> Result<Tensor, ServingError> {
        let batch: [Int64] = isBatching ? [-1] : []
        return .failure(
            ServingError(
                .internal,
                "model '\(model)' gave output '\(tensor.name)' the shape \(tensor.shape), which cannot be reshaped from "
                    + "\(Shape(batch + modelDimensions)) to \(Shape(batch + clientDimensions))"))
    }
}
