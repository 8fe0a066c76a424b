internal import CTorchShim
import InferenceTypes

/// What one call of `forward` returned. Owns the memory of the outputs; `TensorBytes` made from it keep it alive.
// @unchecked: the C object is only read after the call that made it.
final class ForwardResult: @unchecked Sendable {
    /// A tensor or a list of strings.
    struct Value {
        /// The dictionary key or the field name.
        var name: String?
        /// `nil` when the protocol has no such type (complex numbers, for example); `.bytes` for strings.
        var dataType: DataType?
        var shape: Shape
        var bytes: TensorBytes
        /// Strings: where each begins in `bytes`, and the end.
        var stringOffsets: UnsafeBufferPointer<Int>?
    }

    private let library: TorchLibrary
    private let handle: OpaquePointer
    let isDictionary: Bool
    let count: Int

    init(library: TorchLibrary, handle: OpaquePointer) {
        self.library = library
        self.handle = handle
        isDictionary = library.api.is_dictionary(handle) != 0
        count = library.api.output_count(handle)
    }

    deinit { library.api.free_result(handle) }

    var values: [Value] { (0..<count).compactMap(value(at:)) }

    private func value(at index: Int) -> Value? {
        var output = nt_output()
        guard library.api.output(handle, index, &output) == NT_OK else { return nil }
        let shape = Shape(Array(UnsafeBufferPointer(start: output.shape, count: Int(output.rank))))
        let pointer = UnsafeRawBufferPointer(start: output.data, count: output.data == nil ? 0 : output.byte_count)
        let isStrings = output.string_offsets != nil
        return Value(
            name: output.name.map { String(cString: $0) },
            dataType: isStrings ? .bytes : TorchScalarType(rawValue: output.scalar_type)?.dataType,
            shape: shape, bytes: TensorBytes(pointer, owner: self),
            stringOffsets: output.string_offsets.map {
                UnsafeRawBufferPointer(start: $0, count: (Int(shape.dimensions[0]) + 1) * MemoryLayout<Int>.stride)
                    .assumingMemoryBound(to: Int.self)
            })
    }
}
