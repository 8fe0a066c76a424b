/// A message of the configuration schema. Its `schema` drives parsing, JSON and printing alike.
protocol ConfigurationMessage: ConfigurationValueType {
    init()
    static var schema: MessageSchema<Self> { get }
}

extension ConfigurationMessage {
    static var isMessage: Bool { true }
    static var fieldNames: [String] { schema.fields.map(\.name) }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Self? {
        switch node.content {
        case .message(let fields): return schema.decode(fields, &context)
        case .invalid, .null: return nil
        default:
            let expected = context.syntax == .json ? "an object" : "a message in braces"
            context.report("expected \(expected), found \(node.description)", at: node.offset)
            return nil
        }
    }

    var encoded: EncodedValue { .message(Self.schema.encode(self)) }
}
