extension FieldSchema where Message: ConfigurationMessage {
    /// A map. Entries are printed in the order of their keys.
    static func map<Key: ConfigurationMapKey, Value: ConfigurationValueType>(
        _ name: String, _ number: Int, _ path: any WritableKeyPath<Message, [Key: Value]> & Sendable
    ) -> FieldSchema {
        map(name, number, path, wrap: { $0 }, unwrap: { $0 })
    }

    /// A map whose values are kept in a simpler form than the message that carries them.
    static func map<Key: ConfigurationMapKey, Value: ConfigurationValueType, Stored: Sendable>(
        _ name: String, _ number: Int, _ path: any WritableKeyPath<Message, [Key: Stored]> & Sendable,
        wrap: @escaping @Sendable (Stored) -> Value, unwrap: @escaping @Sendable (Value) -> Stored
    ) -> FieldSchema {
        FieldSchema(
            name: name, number: number, isMessage: true, isRepeated: true,
            decode: { message, node, context in
                for entry in entries(of: node, &context) {
                    guard let (key, value) = decode(entry, name: name, &context) as (Key, Value)? else { continue }
                    if message[keyPath: path].updateValue(unwrap(value), forKey: key) != nil {
                        context.report("the key \"\(key)\" is given twice", at: entry.offset)
                    }
                }
            },
            encode: { message in
                .map(
                    message[keyPath: path].sorted { $0.key < $1.key }
                        .map { (key: $0.key.encoded, value: wrap($0.value).encoded) })
            })
    }

    /// One entry, before its types are checked; `value` is `nil` when it was left out.
    private struct Entry {
        var key: ValueNode?
        var value: ValueNode?
        var offset: Int?
    }

    private static func entries(of node: ValueNode, _ context: inout DecodingContext) -> [Entry] {
        switch (node.content, context.syntax) {
        case (.message(let fields), .json):
            return fields.map {
                Entry(key: ValueNode(content: .string($0.name), offset: nil), value: $0.value, offset: nil)
            }
        case (.message(let fields), .text):
            return [textEntry(fields, at: node.offset, &context)]
        case (.list(let elements), .text):
            var result: [Entry] = []
            for element in elements {
                if case .message(let fields) = element.content {
                    result.append(textEntry(fields, at: element.offset, &context))
                } else {
                    reportNoEntry(element, &context)
                }
            }
            return result
        default:
            reportNoEntry(node, &context)
            return []
        }
    }

    private static func reportNoEntry(_ node: ValueNode, _ context: inout DecodingContext) {
        if case .invalid = node.content { return }
        let expected = context.syntax == .json ? "an object" : "an entry { key: ... value: ... }"
        context.report("expected \(expected), found \(node.description)", at: node.offset)
    }

    private static func textEntry(_ fields: [FieldNode], at offset: Int?, _ context: inout DecodingContext) -> Entry {
        var entry = Entry(offset: offset)
        for field in fields {
            switch field.name {
            case "key" where entry.key == nil: entry.key = field.value
            case "value" where entry.value == nil: entry.value = field.value
            case "key", "value": context.report("\"\(field.name)\" is given twice", at: field.offset)
            default:
                let map = context.fieldName
                context.report(
                    "unknown field \"\(field.name)\" in an entry of \"\(map)\"; write { key: ... value: ... }",
                    at: field.offset)
            }
            if !field.hasColon, case .message = field.value.content { continue }
            if !field.hasColon, field.name == "key" || field.name == "value" {
                context.report("expected \":\" after \"\(field.name)\"", at: field.offset)
            }
        }
        return entry
    }

    /// A missing key or value means its default, as in protobuf.
    private static func decode<Key: ConfigurationMapKey, Value: ConfigurationValueType>(
        _ entry: Entry, name: String, _ context: inout DecodingContext
    ) -> (Key, Value)? {
        let key: Key?
        if let node = entry.key {
            key = context.syntax == .json ? Key(jsonKey: node, &context) : Key.decode(node, &context)
        } else {
            key = Key.missing
        }
        guard let key else { return nil }
        return context.replacingLastPathElement { context in
            context.within("\(name)[\"\(key)\"]", at: entry.offset) { context in
                let missing = Value.isMessage ? ValueNode.Content.message([]) : .string("")
                let node = entry.value ?? ValueNode(content: missing, offset: entry.offset)
                return Value.decode(node, &context).map { (key, $0) }
            }
        }
    }
}
