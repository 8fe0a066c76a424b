public import InferenceTypes

/// What `GET /v2/models/M` tells.
public struct ModelMetadata: Sendable, Hashable {
    public struct TensorMetadata: Sendable, Hashable {
        public var name: String
        public var dataType: DataType
        /// With a leading -1 when the model batches.
        public var shape: Shape

        public init(name: String, dataType: DataType, shape: Shape) {
            self.name = name
            self.dataType = dataType
            self.shape = shape
        }
    }

    public var name: String
    /// All ready versions, or only the one asked for.
    public var versions: [Int64]
    public var platform: String
    public var inputs: [TensorMetadata]
    public var outputs: [TensorMetadata]

    public init(
        name: String, versions: [Int64], platform: String, inputs: [TensorMetadata], outputs: [TensorMetadata]
    ) {
        self.name = name
        self.versions = versions
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
    }
}
