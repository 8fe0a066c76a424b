/// A named tensor with its data. Elements are little-endian in row-major order; elements of `.bytes` are each a 4-byte
/// little-endian length and then the bytes, without padding.
public struct Tensor: Sendable {
    public var name: String
    public var dataType: DataType
    public var shape: Shape
    public var bytes: TensorBytes

    public init(name: String, dataType: DataType, shape: Shape, bytes: TensorBytes) {
        self.name = name
        self.dataType = dataType
        self.shape = shape
        self.bytes = bytes
    }
}
