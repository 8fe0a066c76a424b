/// Memory for tensor data, 64-byte aligned, freed with its last reference.
///
/// One owner fills it; after it has been shared (as `TensorBytes`) nobody writes to it any more.
// @unchecked: the pointer is written only before the buffer is shared; afterwards all access is reading.
public final class TensorBuffer: @unchecked Sendable {
    public static let alignment = 64

    public let bytes: UnsafeMutableRawBufferPointer

    private let base: UnsafeMutableRawPointer
    private let source: TensorMemory

    /// `byteCount` uninitialised bytes; the address is never nil. Ends the process when there is no memory left.
    public convenience init(byteCount: Int) {
        guard let buffer = Self.allocate(byteCount, .shared) else {
            preconditionFailure("no memory is left for a tensor")
        }
        self.init(buffer, byteCount, .shared)
    }

    /// `nil` when there is no memory left: for a size that a client has asked for.
    public convenience init?(attempting byteCount: Int, from source: TensorMemory = .shared) {
        guard let buffer = Self.allocate(byteCount, source) else { return nil }
        self.init(buffer, byteCount, source)
    }

    private init(_ memory: UnsafeMutableRawPointer, _ byteCount: Int, _ source: TensorMemory) {
        base = memory
        bytes = UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
        self.source = source
    }

    private static func allocate(_ byteCount: Int, _ source: TensorMemory) -> UnsafeMutableRawPointer? {
        precondition(byteCount >= 0)
        return source.allocate(byteCount: byteCount)
    }

    deinit { source.deallocate(base, byteCount: bytes.count) }
}
