/// Reads fields of one message in the wire format of protocol buffers
/// (https://protobuf.dev/programming-guides/encoding), whatever the bytes may be.
///
/// Offsets are those of `bytes`, which the caller keeps alive; `range` is the message in it.
struct ProtobufReader {
    /// How many messages and groups may lie in each other.
    static let maximumDepth = 100

    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    let end: Int
    /// How many more messages or groups may be opened.
    private let depth: Int

    init(_ bytes: UnsafeRawBufferPointer, depth: Int = ProtobufReader.maximumDepth) {
        self.init(bytes, 0..<bytes.count, depth: depth)
    }

    /// - Precondition: `range` lies in `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, depth: Int = ProtobufReader.maximumDepth) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
        self.depth = depth
    }

    var isAtEnd: Bool { position >= end }

    /// A reader of the message in `range`, which lies in this one.
    func message(_ range: Range<Int>) -> ProtobufReader {
        ProtobufReader(bytes, range, depth: depth - 1)
    }

    /// The tag of the next field. To be called only before the end.
    mutating func tag() throws(ProtobufError) -> UInt32 {
        let start = position
        let value = try varint()
        guard position - start <= 5, let tag = UInt32(exactly: value), tag >> 3 != 0 else {
            throw .invalidTag
        }
        return tag
    }

    /// A number of up to ten bytes; bits beyond the 64th are dropped.
    @inline(__always)
    mutating func varint() throws(ProtobufError) -> UInt64 {
        guard position < end else { throw .truncated }
        let first = bytes[position]
        guard first >= 0x80 else {
            position += 1
            return UInt64(first)
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 70 {
            guard position < end else { throw .truncated }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .malformedVarint
    }

    mutating func fixed32() throws(ProtobufError) -> UInt32 {
        try advance(4)
        return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position - 4, as: UInt32.self))
    }

    mutating func fixed64() throws(ProtobufError) -> UInt64 {
        try advance(8)
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position - 8, as: UInt64.self))
    }

    /// Where the bytes of a string, a message or the like lie.
    mutating func range() throws(ProtobufError) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(end - position) else { throw .truncated }
        let start = position
        position += Int(length)
        return start..<position
    }

    mutating func string() throws(ProtobufError) -> String {
        try string(in: try range())
    }

    /// The string in `range`, which lies in this message.
    func string(in range: Range<Int>) throws(ProtobufError) -> String {
        let text = UnsafeRawBufferPointer(rebasing: bytes[range])
        // Most are ASCII, which needs no validation.
        var union: UInt8 = 0
        for byte in text { union |= byte }
        if union < 0x80 { return String(decoding: text, as: UTF8.self) }
        guard let string = String(validating: text, as: UTF8.self) else { throw .invalidUTF8 }
        return string
    }

    /// Passes over the field whose tag was read.
    mutating func skip(_ tag: UInt32) throws(ProtobufError) {
        switch tag & 7 {
        case 0: _ = try varint()
        case 1: try advance(8)
        case 2: _ = try range()
        case 3: try skipGroup(tag >> 3)
        case 4: throw .unmatchedGroup
        case 5: try advance(4)
        default: throw .invalidTag
        }
    }

    private mutating func skipGroup(_ field: UInt32) throws(ProtobufError) {
        var open: [UInt32] = [field]
        while let innermost = open.last {
            guard open.count <= depth else { throw .nestedTooDeep }
            guard !isAtEnd else { throw .unmatchedGroup }
            let tag = try tag()
            switch tag & 7 {
            case 3: open.append(tag >> 3)
            case 4:
                guard tag >> 3 == innermost else { throw .unmatchedGroup }
                open.removeLast()
            default: try skip(tag)
            }
        }
    }

    private mutating func advance(_ count: Int) throws(ProtobufError) {
        guard count <= end - position else { throw .truncated }
        position += count
    }
}
