/// Writes fields in the wire format of protocol buffers into memory whose size was computed before.
///
/// Field numbers are below 16, so that every tag takes one byte. Writing beyond the memory is a bug and stops the
/// process.
struct ProtobufWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var position = 0

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    static func varintSize(_ value: UInt64) -> Int {
        value < 0x80 ? 1 : (64 - value.leadingZeroBitCount + 6) / 7
    }

    /// The size of a field of `count` bytes with its tag and its length.
    static func fieldSize(_ count: Int) -> Int { 1 + varintSize(UInt64(count)) + count }

    mutating func byte(_ value: UInt8) {
        precondition(position < memory.count)
        memory[position] = value
        position += 1
    }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    mutating func fixed64(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes($0) }
    }

    mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= memory.count - position)
        UnsafeMutableRawBufferPointer(rebasing: memory[position...]).copyMemory(from: bytes)
        position += bytes.count
    }

    mutating func tag(_ tag: UInt32) { byte(UInt8(tag)) }

    /// The tag and the length of a field whose bytes follow.
    mutating func header(_ field: UInt32, byteCount: Int) {
        tag(ProtobufTag.bytes(field))
        varint(UInt64(byteCount))
    }

    mutating func string(_ field: UInt32, _ text: String) {
        header(field, byteCount: text.utf8.count)
        let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { bytes(UnsafeRawBufferPointer($0)) }
        if isContiguous == nil {
            for code in text.utf8 { byte(code) }
        }
    }
}
