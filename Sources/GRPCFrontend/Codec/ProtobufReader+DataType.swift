import InferenceTypes

extension ProtobufReader {
    /// A string that names a datatype; `.invalid` for one that names none.
    mutating func dataType() throws(ProtobufError) -> DataType {
        let range = try range()
        if range.count <= 8 {
            var name: UInt64 = 0
            for byte in bytes[range] { name = name << 8 | UInt64(byte) }
            if let type = Self.dataTypes.first(where: { $0.name == name }) { return type.type }
        }
        // What is no datatype must still be a string.
        _ = try string(in: range)
        return .invalid
    }

    /// The names as big-endian numbers, those first that models use most.
    private static let dataTypes: [(name: UInt64, type: DataType)] = {
        let common: [DataType] = [.fp32, .int64, .int32, .bytes]
        let others = DataType.allCases.filter { $0 != .invalid && !common.contains($0) }
        return (common + others).map { type in
            (type.protocolName.utf8.reduce(0) { $0 << 8 | UInt64($1) }, type)
        }
    }()
}
