import InferenceTypes

extension InferParameter {
    /// Sizes of the messages of one entry of a `map<string, InferParameter>`.
    struct EntrySize {
        let parameter: Int
        let entry: Int

        init(_ entry: Parameters.Entry) {
            parameter =
                switch entry.value {
                case .bool: 2
                case .int64(let value): 1 + ProtobufWriter.varintSize(UInt64(bitPattern: value))
                case .uint64(let value): 1 + ProtobufWriter.varintSize(value)
                case .double: 9
                case .string(let value): ProtobufWriter.fieldSize(value.utf8.count)
                }
            self.entry = ProtobufWriter.fieldSize(entry.name.utf8.count) + ProtobufWriter.fieldSize(parameter)
        }
    }

    /// Writes an entry of a map whose field has that number.
    static func write(_ entry: Parameters.Entry, field: UInt32, to writer: inout ProtobufWriter) {
        let size = EntrySize(entry)
        writer.header(field, byteCount: size.entry)
        writer.string(1, entry.name)
        writer.header(2, byteCount: size.parameter)
        switch entry.value {
        case .bool(let value):
            writer.tag(ProtobufTag.varint(1))
            writer.byte(value ? 1 : 0)
        case .int64(let value):
            writer.tag(ProtobufTag.varint(2))
            writer.varint(UInt64(bitPattern: value))
        case .string(let value): writer.string(3, value)
        case .double(let value):
            writer.tag(ProtobufTag.fixed64(4))
            writer.fixed64(value.bitPattern)
        case .uint64(let value):
            writer.tag(ProtobufTag.varint(5))
            writer.varint(value)
        }
    }
}
