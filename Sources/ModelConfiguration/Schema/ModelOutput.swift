public import InferenceTypes

/// One output of a model (message `ModelOutput`).
public struct ModelOutput: Sendable, Hashable {
    public var name = ""
    public var dataType = DataType.invalid
    /// Without the batch dimension; -1 is variable.
    public var dims: Shape = []
    public var reshape: Shape?
    /// Relative to the model's directory; empty for none.
    public var labelFilename = ""
    public var isShapeTensor = false
    public var isNonLinearFormatIO = false

    public init() {}
}
