import InferenceTypes

/// The message `InferParameter`.
struct InferParameter: Sendable, Hashable {
    /// `nil` when the message sets none.
    var value: ParameterValue?

    /// Adds what the reader's message says; the last value counts.
    mutating func merge(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case ProtobufTag.varint(1): value = .bool(try reader.varint() != 0)
            case ProtobufTag.varint(2): value = .int64(Int64(bitPattern: try reader.varint()))
            case ProtobufTag.bytes(3): value = .string(try reader.string())
            case ProtobufTag.fixed64(4): value = .double(Double(bitPattern: try reader.fixed64()))
            case ProtobufTag.varint(5): value = .uint64(try reader.varint())
            default: try reader.skip(tag)
            }
        }
    }

    /// An entry of a `map<string, InferParameter>`.
    static func entry(_ reader: ProtobufReader) throws(ProtobufError) -> (name: String, parameter: InferParameter) {
        var reader = reader
        var name = ""
        var parameter = InferParameter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case ProtobufTag.bytes(1): name = try reader.string()
            case ProtobufTag.bytes(2): try parameter.merge(reader.message(try reader.range()))
            default: try reader.skip(tag)
            }
        }
        return (name, parameter)
    }
}
