import JSONText

extension ValueNode {
    /// The tree of a JSON document. Its depth is that of the document, which parsing has limited.
    init(_ json: JSONValue) {
        offset = nil
        switch json {
        case .null: content = .null
        case .bool(let value): content = .bool(value)
        case .int64(let value):
            content = .integer(isNegative: value < 0, magnitude: value.magnitude, text: "\(value)")
        case .uint64(let value): content = .integer(isNegative: false, magnitude: value, text: "\(value)")
        case .double(let value): content = .real(value)
        case .string(let text): content = .string(text)
        case .array(let elements): content = .list(elements.map(ValueNode.init))
        case .object(let members):
            content = .message(
                members.map { FieldNode(name: $0.name, offset: nil, hasColon: true, value: ValueNode($0.value)) })
        }
    }
}
