import InferenceTypes

/// A tensor on its way through an ensemble. The bytes are those that its producer made; nothing is copied.
struct EnsembleTensor: Sendable {
    var tensor: Tensor
    /// The batch size of the request that made it; 0 when its model does not batch.
    var batchSize: Int
    /// `nil` for what the client sent.
    var position: SequencePosition?
}
