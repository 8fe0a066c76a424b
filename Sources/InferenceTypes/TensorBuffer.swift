/// Memory for tensor data, 64-byte aligned, freed with its last reference.
///
/// One owner fills it; after it has been shared (as `TensorBytes`) nobody writes to it any more.
// @unchecked: the pointer is written only before the buffer is shared; afterwards all access is reading.
public final class TensorBuffer: @unchecked Sendable {
    public static let alignment = 64

    public let bytes: UnsafeMutableRawBufferPointer

    /// `byteCount` uninitialised bytes; at least one byte is allocated, so that the address is never nil.
    public init(byteCount: Int) {
        precondition(byteCount >= 0)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, 1), alignment: Self.alignment)
        bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount])
        base = memory
    }

    deinit { base.deallocate() }

    private let base: UnsafeMutableRawBufferPointer
}
