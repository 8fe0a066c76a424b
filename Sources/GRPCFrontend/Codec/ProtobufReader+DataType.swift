import InferenceTypes

extension ProtobufReader {
    /// A string that names a datatype; `.invalid` for one that names none.
    mutating func dataType() throws(ProtobufError) -> DataType {
        let range = try range()
        if range.count < 8 {
            let name = Self.number(bytes[range])
            if let type = Self.dataTypes.first(where: { $0.name == name }) { return type.type }
        }
        // What is no datatype must still be a string.
        _ = try string(in: range)
        return .invalid
    }

    /// A name of up to seven bytes as a big-endian number, under a one that tells leading zeros from none.
    private static func number(_ name: some Sequence<UInt8>) -> UInt64 {
        name.reduce(1) { $0 << 8 | UInt64($1) }
    }

    /// Those first that models use most.
    private static let dataTypes: [(name: UInt64, type: DataType)] = {
        let common: [DataType] = [.fp32, .int64, .int32, .bytes]
        let others = DataType.allCases.filter { $0 != .invalid && !common.contains($0) }
        return (common + others).map { (number($0.protocolName.utf8), $0) }
    }()
}
