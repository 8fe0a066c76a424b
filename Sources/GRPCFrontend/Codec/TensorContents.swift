import InferenceTypes

/// The message `InferTensorContents` of one input: the elements that it has of each kind, left where they are.
struct TensorContents: Sendable, Hashable {
    /// The fields of the message by their numbers.
    enum Field: UInt32, Sendable, CaseIterable {
        case bools = 1, ints, int64s, uints, uint64s, floats, doubles, strings
    }

    private var counts = [Int](repeating: 0, count: Field.allCases.count)
    /// Bytes of all strings together.
    private(set) var stringByteCount = 0

    func count(_ field: Field) -> Int { counts[Int(field.rawValue) - 1] }

    /// The size of a tensor of these elements.
    func byteCount(_ field: Field, as type: DataType) -> Int {
        field == .strings
            ? stringByteCount + count(field) * BytesElements.lengthSize : count(field) * (type.byteSize ?? 0)
    }

    /// Checks the reader's message and counts its elements; may be called again for another part of the same message.
    mutating func merge(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case ProtobufTag.bytes(Field.strings.rawValue):
                stringByteCount += try reader.range().count
                add(1, to: .strings)
            case ProtobufTag.bytes(Field.floats.rawValue):
                add(try Self.fixedCount(try reader.range(), size: 4), to: .floats)
            case ProtobufTag.bytes(Field.doubles.rawValue):
                add(try Self.fixedCount(try reader.range(), size: 8), to: .doubles)
            case ProtobufTag.fixed32(Field.floats.rawValue):
                _ = try reader.fixed32()
                add(1, to: .floats)
            case ProtobufTag.fixed64(Field.doubles.rawValue):
                _ = try reader.fixed64()
                add(1, to: .doubles)
            default:
                try countVarints(tag, &reader)
            }
        }
    }

    private mutating func countVarints(_ tag: UInt32, _ reader: inout ProtobufReader) throws(ProtobufError) {
        guard let field = Field(rawValue: tag >> 3), field.rawValue <= Field.uint64s.rawValue else {
            return try reader.skip(tag)
        }
        switch tag & 7 {
        case 0:
            _ = try reader.varint()
            add(1, to: field)
        case 2:
            var packed = reader.message(try reader.range())
            var count = 0
            while !packed.isAtEnd {
                _ = try packed.varint()
                count += 1
            }
            add(count, to: field)
        default: try reader.skip(tag)
        }
    }

    private mutating func add(_ count: Int, to field: Field) { counts[Int(field.rawValue) - 1] += count }

    private static func fixedCount(_ range: Range<Int>, size: Int) throws(ProtobufError) -> Int {
        guard range.count.isMultiple(of: size) else { throw .truncated }
        return range.count / size
    }
}
