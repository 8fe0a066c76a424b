import InferenceTypes

/// Fits a tensor between models of which one batches and the other does not.
enum BatchDimension {
    /// The shape to use where `dims` is configured.
    ///
    /// A leading 1 is taken off when a batch of one goes to a model that does not batch, and put before a tensor that
    /// already has the configured rank when it goes to one that does. Everything else stays as it is.
    ///
    /// - Parameters:
    ///   - shape: the tensor's own shape, batch dimension included.
    ///   - batchSize: the batch size of the request that made the tensor; 0 when its model does not batch.
    ///   - dims: as configured at the receiver, without batch dimension.
    ///   - isBatching: whether the receiver batches.
    static func fit(_ shape: Shape, batchSize: Int, to dims: Shape, isBatching: Bool) -> Shape {
        guard isBatching != (batchSize != 0) else { return shape }
        if isBatching { return matches(dims, shape) ? Shape([1] + shape.dimensions) : shape }
        return !matches(dims, shape) && batchSize == 1 ? Shape(Array(shape.dimensions.dropFirst())) : shape
    }

    private static func matches(_ dims: Shape, _ shape: Shape) -> Bool {
        dims.rank == shape.rank && zip(dims.dimensions, shape.dimensions).allSatisfy { $0 == -1 || $0 == $1 }
    }
}
