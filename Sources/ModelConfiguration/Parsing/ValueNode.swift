/// A value as it stands in a text, not yet checked against the schema. Text format and JSON both become this.
struct ValueNode {
    indirect enum Content {
        /// `magnitude` is `nil` when it does not fit in 64 bits.
        case integer(isNegative: Bool, magnitude: UInt64?, text: String)
        case real(Double)
        case identifier(String)
        case string(String)
        /// JSON only.
        case bool(Bool)
        /// JSON only: the same as leaving the field out.
        case null
        case message([FieldNode])
        case list([ValueNode])
        /// Was reported already.
        case invalid
    }

    var content: Content
    /// Byte offset; `nil` in JSON.
    var offset: Int?

    /// How the value is named in messages.
    var description: String {
        switch content {
        case .integer(_, _, let text): text
        case .real(let value): "\(value)"
        case .identifier(let name): name
        case .string(let text): "the string \"\(text.count > 40 ? text.prefix(40) + "..." : text)\""
        case .bool(let value): "\(value)"
        case .null: "null"
        case .message: offset == nil ? "an object" : "a message"
        case .list: "a list"
        case .invalid: "an invalid value"
        }
    }
}
