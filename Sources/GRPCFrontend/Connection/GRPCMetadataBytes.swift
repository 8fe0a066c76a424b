import HTTP2Codec

/// The metadata of a call as it came, copied out of the header block; strings are made of it only for those who ask.
final class GRPCMetadataBytes: Sendable {
    private struct Field: Sendable {
        let nameLength: Int
        let valueLength: Int
    }

    private let bytes: [UInt8]
    private let fields: [Field]

    /// Everything but the fields of the protocol itself.
    init(_ block: HTTP2HeaderBlock) {
        var bytes: [UInt8] = []
        var fields: [Field] = []
        for index in 0..<block.count {
            let field = block[index]
            guard !Self.belongsToProtocol(field) else { continue }
            bytes.append(contentsOf: field.name)
            bytes.append(contentsOf: field.value)
            fields.append(Field(nameLength: field.name.count, valueLength: field.value.count))
        }
        self.bytes = bytes
        self.fields = fields
    }

    /// Whether `block` carries the same metadata: most calls of a connection do.
    func matches(_ block: HTTP2HeaderBlock) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            var matched = 0
            for index in 0..<block.count {
                let field = block[index]
                guard !Self.belongsToProtocol(field) else { continue }
                guard matched < fields.count, fields[matched].nameLength == field.name.count,
                    fields[matched].valueLength == field.value.count
                else { return false }
                matched += 1
                for part in [field.name, field.value] where !part.isEmpty {
                    guard bytes[offset..<(offset + part.count)].elementsEqual(part) else { return false }
                    offset += part.count
                }
            }
            return matched == fields.count
        }
    }

    private static func belongsToProtocol(_ field: HTTP2HeaderBlock.Field) -> Bool {
        switch field.known {
        case .method, .scheme, .authority, .path, .contentType, .contentLength, .te, .grpcTimeout, .grpcEncoding,
            .grpcAcceptEncoding:
            true
        case .userAgent, nil: field.name.first == UInt8(ascii: ":")
        }
    }

    var metadata: GRPCMetadata {
        var offset = 0
        func take(_ count: Int) -> String {
            defer { offset += count }
            return String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
        }
        return GRPCMetadata(
            fields.map { GRPCMetadata.Field(name: take($0.nameLength), value: take($0.valueLength)) })
    }
}
