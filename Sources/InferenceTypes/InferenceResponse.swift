/// One answer of a model. Tensor memory is shared, not copied, on its way to the client.
public struct InferenceResponse: Sendable {
    public var modelName: String
    public var modelVersion: Int64
    public var id: String
    public var parameters: Parameters
    /// In the order in which the backend produced them.
    public var outputs: [Tensor]

    public init(
        modelName: String, modelVersion: Int64, id: String, parameters: Parameters = Parameters(), outputs: [Tensor]
    ) {
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.id = id
        self.parameters = parameters
        self.outputs = outputs
    }
}
