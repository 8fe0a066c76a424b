/// The elements of a `.bytes` tensor: each a 4-byte little-endian length and then that many bytes.
///
/// Walks memory that the caller keeps alive. Lengths are checked before they are followed, so any bytes may be given.
public struct BytesElements: Sequence, IteratorProtocol {
    /// What stopped the walk before the end of the memory.
    public enum Damage: Error, Sendable, Hashable {
        /// Fewer than 4 bytes are left for a length.
        case incompleteLength(available: Int)
        /// An element is longer than what is left of the memory.
        case incompleteElement(length: Int, available: Int)
    }

    /// Bytes of the length in front of each element.
    public static let lengthSize = 4

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    /// Set once `next()` has returned `nil` before the end.
    public private(set) var damage: Damage?

    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next element without its length; `nil` at the end of the memory, or when `damage` says why not.
    public mutating func next() -> UnsafeRawBufferPointer? {
        let available = bytes.count - offset
        guard available > 0, damage == nil else { return nil }
        guard available >= Self.lengthSize else {
            damage = .incompleteLength(available: available)
            return nil
        }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        let rest = available - Self.lengthSize
        guard length <= rest else {
            damage = .incompleteElement(length: length, available: rest)
            return nil
        }
        let start = offset + Self.lengthSize
        offset = start + length
        return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    }

    /// Writes one element with its length to the start of `memory`, which must have room for it.
    ///
    /// - Returns: the number of bytes written.
    @discardableResult
    public static func write(_ element: UnsafeRawBufferPointer, to memory: UnsafeMutableRawBufferPointer) -> Int {
        let size = lengthSize + element.count
        precondition(size <= memory.count && element.count <= UInt32.max)
        memory.storeBytes(of: UInt32(element.count).littleEndian, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: memory[lengthSize...]).copyMemory(from: element)
        return size
    }
}
