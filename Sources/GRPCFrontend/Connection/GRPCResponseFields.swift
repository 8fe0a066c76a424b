import HTTP2Codec

/// The header fields of answers; the usual ones are made once.
enum GRPCResponseFields {
    static let acceptedEncodings = "identity, deflate, gzip"

    /// Before the first message.
    static let headers: HTTP2FieldList = [
        ":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": acceptedEncodings,
    ]
    static let gzipHeaders: HTTP2FieldList = [
        ":status": "200", "content-type": "application/grpc", "grpc-encoding": "gzip",
        "grpc-accept-encoding": acceptedEncodings,
    ]
    static let deflateHeaders: HTTP2FieldList = [
        ":status": "200", "content-type": "application/grpc", "grpc-encoding": "deflate",
        "grpc-accept-encoding": acceptedEncodings,
    ]
    /// After the last message of a call that went well.
    static let okTrailers: HTTP2FieldList = ["grpc-status": "0"]

    static func trailers(_ status: GRPCStatus, _ metadata: [GRPCMetadata.Field] = []) -> HTTP2FieldList {
        if status == .ok && metadata.isEmpty { return okTrailers }
        var fields = HTTP2FieldList()
        append(status, to: &fields)
        for field in metadata { fields.append(field.name, field.value) }
        return fields
    }

    /// The whole answer to a call without messages.
    static func trailersOnly(_ status: GRPCStatus) -> HTTP2FieldList {
        var fields = headers
        append(status, to: &fields)
        return fields
    }

    /// The answer to a request that is not one of gRPC.
    static func http(status: String, allow: String? = nil, message: String) -> HTTP2FieldList {
        var fields: HTTP2FieldList = [":status": status]
        if let allow { fields.append("allow", allow) }
        append(GRPCStatus(.unknown, message), to: &fields)
        return fields
    }

    private static func append(_ status: GRPCStatus, to fields: inout HTTP2FieldList) {
        fields.append("grpc-status", String(status.code.rawValue))
        if !status.message.isEmpty { fields.append("grpc-message", percentEncoded(status.message)) }
    }

    /// The longest message sent; header fields have limits at clients (8 KB at many).
    private static let maximumMessageBytes = 4096

    /// Printable ASCII but `%` stays as it is.
    static func percentEncoded(_ text: String) -> String {
        let needsEncoding: (UInt8) -> Bool = { $0 < 0x20 || $0 > 0x7e || $0 == UInt8(ascii: "%") }
        guard text.utf8.count > maximumMessageBytes || text.utf8.contains(where: needsEncoding) else { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            let count = needsEncoding(byte) ? 3 : 1
            guard encoded.count + count <= maximumMessageBytes else { break }
            if count == 1 {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
