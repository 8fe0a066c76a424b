/// A read-only range of memory together with the object that keeps it alive.
///
/// Copying the value copies no bytes. The owner can be anything: a receive buffer, a `TensorBuffer`, the result of a
/// LibTorch call, a mapped shared-memory region.
// @unchecked: the memory is not written while a TensorBytes refers to it, and `owner` is only retained and released.
public struct TensorBytes: @unchecked Sendable {
    public let pointer: UnsafeRawBufferPointer
    private let owner: AnyObject?

    /// `pointer` must stay valid and unchanged for as long as `owner` lives.
    public init(_ pointer: UnsafeRawBufferPointer, owner: AnyObject?) {
        self.pointer = pointer
        self.owner = owner
    }

    public init(_ buffer: TensorBuffer) { self.init(UnsafeRawBufferPointer(buffer.bytes), owner: buffer) }

    /// A copy of `bytes` in a buffer of its own.
    public init(copying bytes: some Collection<UInt8>) {
        let buffer = TensorBuffer(byteCount: bytes.count)
        buffer.bytes.copyBytes(from: bytes)
        self.init(buffer)
    }

    /// A copy of `bytes` in a buffer of its own.
    public init(copying bytes: UnsafeRawBufferPointer) {
        let buffer = TensorBuffer(byteCount: bytes.count)
        buffer.bytes.copyMemory(from: bytes)
        self.init(buffer)
    }

    public static let empty = TensorBytes(UnsafeRawBufferPointer(start: nil, count: 0), owner: nil)

    public var count: Int { pointer.count }

    /// Gives access to the bytes and keeps the owner alive meanwhile.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(owner) {} }
        return try body(pointer)
    }

    /// The part at `range` (offsets from the start), sharing the same memory. The range must lie inside.
    public func slice(_ range: Range<Int>) -> TensorBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return TensorBytes(UnsafeRawBufferPointer(rebasing: pointer[range]), owner: owner)
    }

    /// Whether the first byte lies on a multiple of `alignment`.
    public func isAligned(to alignment: Int) -> Bool {
        guard let base = pointer.baseAddress else { return true }
        return Int(bitPattern: base) % alignment == 0
    }
}
