/// Reads little-endian numbers and runs of bytes from the front of a buffer; every read is checked.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes; `nil`, and no movement, when there are fewer.
    mutating func read(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type = Number.self) -> Number? {
        read(Number.bitWidth / 8).map { Number(littleEndianBytes: $0) }
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// The number whose lowest byte comes first. `bytes` holds at most the bytes of the type.
    init(littleEndianBytes bytes: ArraySlice<UInt8>) {
        var value: Self = 0
        for byte in bytes.reversed() { value = value << 8 | Self(byte) }
        self = value
    }
}
