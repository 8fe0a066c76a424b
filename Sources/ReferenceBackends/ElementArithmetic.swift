import InferenceTypes

/// Adds and subtracts tensors of one numeric datatype, element by element.
struct ElementArithmetic: Sendable {
    enum Operation: Sendable { case sum, difference }

    private typealias Kernel =
        @Sendable (
            _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ result: UnsafeMutableRawBufferPointer,
            Operation
        ) -> Void

    private let kernel: Kernel

    /// `nil` for datatypes that are not numbers.
    init?(_ type: DataType) {
        switch type {
        case .int8: kernel = Self.integers(Int8.self)
        case .int16: kernel = Self.integers(Int16.self)
        case .int32: kernel = Self.integers(Int32.self)
        case .int64: kernel = Self.integers(Int64.self)
        case .uint8: kernel = Self.integers(UInt8.self)
        case .uint16: kernel = Self.integers(UInt16.self)
        case .uint32: kernel = Self.integers(UInt32.self)
        case .uint64: kernel = Self.integers(UInt64.self)
        case .fp16: kernel = Self.floats(read: { HalfPrecision.float($0) }, write: { HalfPrecision.bits($0) })
        case .bf16: kernel = Self.floats(read: { BrainFloat.float($0) }, write: { BrainFloat.bits($0) })
        case .fp32: kernel = Self.floats(read: { Float(bitPattern: $0) }, write: { $0.bitPattern })
        case .fp64: kernel = Self.floats(read: { Double(bitPattern: $0) }, write: { $0.bitPattern })
        case .bool, .bytes, .invalid: return nil
        }
    }

    /// A new tensor of the size of the two, which are equally long.
    func combine(_ left: TensorBytes, _ right: TensorBytes, _ operation: Operation) -> TensorBytes {
        let result = TensorBuffer(byteCount: left.count)
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in kernel(left, right, result.bytes, operation) }
        }
        return TensorBytes(result)
    }

    private static func integers<T: FixedWidthInteger & BitwiseCopyable & SendableMetatype>(
        _: T.Type
    ) -> Kernel {
        { left, right, result, operation in
            elementwise(T.self, left, right, result) { operation == .sum ? $0 &+ $1 : $0 &- $1 }
        }
    }

    private static func floats<
        Bits: FixedWidthInteger & BitwiseCopyable & SendableMetatype, Value: BinaryFloatingPoint
    >(
        read: @escaping @Sendable (Bits) -> Value, write: @escaping @Sendable (Value) -> Bits
    ) -> Kernel {
        { left, right, result, operation in
            elementwise(Bits.self, left, right, result) {
                let (a, b) = (read($0), read($1))
                return write(operation == .sum ? a + b : a - b)
            }
        }
    }

    // Inputs lie wherever the client's bytes happened to be, so elements are not read as aligned.
    private static func elementwise<T: BitwiseCopyable>(
        _: T.Type, _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer,
        _ result: UnsafeMutableRawBufferPointer, _ operation: (T, T) -> T
    ) {
        let size = MemoryLayout<T>.size
        for offset in stride(from: 0, through: min(left.count, right.count) - size, by: size) {
            let value = operation(
                left.loadUnaligned(fromByteOffset: offset, as: T.self),
                right.loadUnaligned(fromByteOffset: offset, as: T.self))
            result.storeBytes(of: value, toByteOffset: offset, as: T.self)
        }
    }
}
