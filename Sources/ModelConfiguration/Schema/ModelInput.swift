public import InferenceTypes

/// One input of a model (message `ModelInput`).
public struct ModelInput: Sendable, Hashable {
    public enum Format: Int32, Sendable, CaseIterable { case none = 0, nhwc = 1, nchw = 2 }

    public var name = ""
    public var dataType = DataType.invalid
    public var format = Format.none
    /// Without the batch dimension; -1 is variable.
    public var dims: Shape = []
    /// `nil` when the message `reshape` is absent; an empty shape is meaningful.
    public var reshape: Shape?
    public var isShapeTensor = false
    public var allowRaggedBatch = false
    public var optional = false
    public var isNonLinearFormatIO = false

    public init() {}
}
