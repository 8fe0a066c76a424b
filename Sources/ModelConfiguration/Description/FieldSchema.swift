/// The description of one field of a message.
struct FieldSchema<Message: Sendable>: Sendable {
    typealias Decode = @Sendable (inout Message, ValueNode, inout DecodingContext) -> Void

    let name: String
    let number: Int
    /// Whether the value is a message (or a map, whose entries are messages in text format).
    let isMessage: Bool
    /// The fields of its value, if that is a message; for hints about fields that stand in the wrong place.
    var innerFieldNames: @Sendable () -> [String] = { [] }
    /// Whether the field may stand several times in text format.
    let isRepeated: Bool
    /// The oneof that it belongs to.
    var oneof: String?
    var isOmittedByDefault = false
    let decode: Decode
    let encode: @Sendable (Message) -> EncodedField.Content

    /// `max_batch_size` is `maxBatchSize` in protobuf's JSON.
    var jsonName: String {
        var result = ""
        var isUppercase = false
        for character in name {
            if character == "_" {
                isUppercase = true
            } else {
                result += isUppercase ? character.uppercased() : String(character)
                isUppercase = false
            }
        }
        return result
    }
}

extension FieldSchema where Message: ConfigurationMessage {
    /// A field without presence: a scalar or an enum.
    static func singular<Value: ConfigurationValueType & Equatable>(
        _ name: String, _ number: Int, _ path: any WritableKeyPath<Message, Value> & Sendable,
        isOmittedByDefault: Bool = false
    ) -> FieldSchema {
        let unset = Message()[keyPath: path]
        return FieldSchema(
            name: name, number: number, isMessage: false, isRepeated: false, isOmittedByDefault: isOmittedByDefault,
            decode: { message, node, context in
                if let value = single(Value.self, node, &context) { message[keyPath: path] = value }
            },
            encode: { message in
                let value = message[keyPath: path]
                return .implicit(value.encoded, isDefault: value == unset)
            })
    }

    /// A field that knows whether it was set: a message, or a member of a oneof.
    static func optional<Value: ConfigurationValueType>(
        _ name: String, _ number: Int, oneof: String? = nil, get: @escaping @Sendable (Message) -> Value?,
        set: @escaping @Sendable (inout Message, Value) -> Void
    ) -> FieldSchema {
        FieldSchema(
            name: name, number: number, isMessage: Value.isMessage, innerFieldNames: { Value.fieldNames },
            isRepeated: false, oneof: oneof,
            decode: { message, node, context in
                if let value = single(Value.self, node, &context) { set(&message, value) }
            },
            encode: { .explicit(get($0)?.encoded) })
    }

    static func optional<Value: ConfigurationValueType>(
        _ name: String, _ number: Int, _ path: any WritableKeyPath<Message, Value?> & Sendable
    ) -> FieldSchema {
        optional(name, number, get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 })
    }

    static func repeated<Value: ConfigurationValueType>(
        _ name: String, _ number: Int, _ path: any WritableKeyPath<Message, [Value]> & Sendable
    ) -> FieldSchema {
        FieldSchema(
            name: name, number: number, isMessage: Value.isMessage, innerFieldNames: { Value.fieldNames },
            isRepeated: true,
            decode: { message, node, context in
                elements(of: node, &context) { element, context in
                    let index = message[keyPath: path].count
                    context.within("\(name)[\(index)]", at: element.offset) { context in
                        if let value = Value.decode(element, &context) { message[keyPath: path].append(value) }
                    }
                }
            },
            encode: { .repeated($0[keyPath: path].map(\.encoded)) })
    }

    private static func single<Value: ConfigurationValueType>(
        _: Value.Type, _ node: ValueNode, _ context: inout DecodingContext
    ) -> Value? {
        if case .list = node.content {
            let field = context.fieldName
            context.report("\"\(field)\" takes one value, not a list; remove the brackets", at: node.offset)
            return nil
        }
        return Value.decode(node, &context)
    }

    /// The path element of a repeated field is replaced by one with an index.
    private static func elements(
        of node: ValueNode, _ context: inout DecodingContext, _ body: (ValueNode, inout DecodingContext) -> Void
    ) {
        context.replacingLastPathElement { context in
            switch node.content {
            case .list(let elements):
                for element in elements { body(element, &context) }
            case .invalid, .null: break
            default:
                if context.syntax == .json {
                    context.report("expected a list, found \(node.description)", at: node.offset)
                } else {
                    body(node, &context)
                }
            }
        }
    }
}
