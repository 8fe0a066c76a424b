internal import CTorchShim
import InferenceTypes

/// A value for one argument of `forward`, or for one key of its dictionary.
struct ForwardArgument: Sendable {
    /// Position among the arguments, without `self`.
    var index: Int
    /// The key, where the argument is a dictionary.
    var key: String?
    /// `nil` for a list of strings.
    var scalarType: TorchScalarType?
    var shape: Shape
    /// Aligned to the element size. Strings: each a 4-byte little-endian length and then its bytes.
    var bytes: TensorBytes
}

/// Keeps the bytes and the key of an argument alive for as long as LibTorch refers to them.
// @unchecked: immutable; LibTorch may release it on any thread.
final class InputClaim: @unchecked Sendable {
    private let argument: ForwardArgument
    private let key: UnsafeMutablePointer<CChar>?

    init(_ argument: ForwardArgument) {
        self.argument = argument
        key = argument.key.map { text in
            let characters = Array(text.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: characters.count)
            copy.initialize(from: characters, count: characters.count)
            return copy
        }
    }

    deinit { key?.deallocate() }

    /// The C form, which holds a reference to this object until its `release` is called. `shape` must outlive the call.
    func makeInput(shape: UnsafePointer<Int64>?) -> nt_input {
        nt_input(
            argument: argument.index, key: UnsafePointer(key),
            kind: Int32(argument.scalarType == nil ? NT_KIND_STRING_LIST : NT_KIND_TENSOR),
            data: argument.bytes.pointer.baseAddress, byte_count: argument.bytes.count, shape: shape,
            rank: Int32(argument.shape.rank), scalar_type: argument.scalarType?.rawValue ?? -1,
            release: { context in
                if let context { Unmanaged<InputClaim>.fromOpaque(context).release() }
            },
            context: Unmanaged.passRetained(self).toOpaque())
    }
}
