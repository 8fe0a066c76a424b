import InferenceTypes

/// What one model says about a tensor that it shares with others in an ensemble.
struct EnsembleTensor {
    let modelName: String
    let dataType: DataType
    let dims: Shape
    /// With the batch dimension, if the model batches.
    let fullDims: Shape

    init(config: ModelConfig, dataType: DataType, dims: Shape) {
        modelName = config.name
        self.dataType = dataType
        self.dims = dims
        fullDims = config.fullShape(dims)
    }

    /// Why the two cannot be the same tensor, in Triton's words; `nil` if they can.
    func difference(from other: EnsembleTensor) -> String? {
        if dataType != other.dataType {
            return
                "inconsistent data type: \(dataType.configurationName) is inferred from model \(modelName) while \(other.dataType.configurationName) is inferred from model \(other.modelName)"
        }
        // Full shapes fit when a model without batching spells out the batch dimension as -1.
        if Self.match(dims, other.dims) || Self.match(fullDims, other.fullDims) { return nil }
        return
            "inconsistent shape: \(fullDims) is inferred from model \(modelName) while \(other.fullDims) is inferred from model \(other.modelName)"
    }

    private static func match(_ first: Shape, _ second: Shape) -> Bool {
        first.rank == second.rank
            && zip(first.dimensions, second.dimensions).allSatisfy { $0 == $1 || $0 == -1 || $1 == -1 }
    }
}
