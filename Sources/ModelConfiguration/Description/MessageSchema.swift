/// The description of one message: the single table behind parsing, did-you-mean, JSON and printing.
struct MessageSchema<Message: Sendable>: Sendable {
    /// As in model_config.proto.
    let name: String
    /// In the order in which the .proto file declares them, which is the order of Triton's JSON.
    let fields: [FieldSchema<Message>]
    private let indexByName: [String: Int]
    private let indexByJSONName: [String: Int]

    init(_ name: String, _ fields: [FieldSchema<Message>]) {
        self.name = name
        self.fields = fields
        indexByName = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        indexByJSONName = Dictionary(
            fields.enumerated().map { ($1.jsonName, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func index(of name: String, syntax: DecodingContext.Syntax) -> Int? {
        indexByName[name] ?? (syntax == .json ? indexByJSONName[name] : nil)
    }

    func encode(_ message: Message) -> [EncodedField] {
        fields.map {
            EncodedField(name: $0.name, content: $0.encode(message), isOmittedByDefault: $0.isOmittedByDefault)
        }
    }
}

extension MessageSchema where Message: ConfigurationMessage {
    func decode(_ nodes: [FieldNode], _ context: inout DecodingContext) -> Message {
        var message = Message()
        var seen: Set<Int> = []
        var chosenByOneof: [String: String] = [:]
        for node in nodes {
            guard let index = index(of: node.name, syntax: context.syntax) else {
                context.report(unknownFieldMessage(node.name), at: node.offset)
                continue
            }
            let field = fields[index]
            if !node.hasColon, !field.isMessage, !node.value.isInvalid {
                context.report("expected \":\" after \"\(node.name)\"", at: node.offset)
            }
            if node.value.isNull { continue }
            guard accept(field, index, node, &seen, &chosenByOneof, &context) else { continue }
            context.within(field.name, at: node.offset) { context in field.decode(&message, node.value, &context) }
        }
        return message
    }

    /// Whether the field may still be given: not twice, and no second member of a oneof.
    private func accept(
        _ field: FieldSchema<Message>, _ index: Int, _ node: FieldNode, _ seen: inout Set<Int>,
        _ chosenByOneof: inout [String: String], _ context: inout DecodingContext
    ) -> Bool {
        let isFirst = seen.insert(index).inserted
        if !isFirst, !field.isRepeated || context.syntax == .json {
            context.report("\"\(field.name)\" is given twice", at: node.offset)
            return false
        }
        guard let oneof = field.oneof else { return true }
        if let other = chosenByOneof.updateValue(field.name, forKey: oneof) {
            context.report(
                "\"\(field.name)\" and \"\(other)\" exclude each other: only one \(oneof) can be given", at: node.offset
            )
            return false
        }
        return true
    }

    private func unknownFieldMessage(_ written: String) -> String {
        let place = Message.self == ModelConfig.self ? "" : " in \(name)"
        let message = "unknown field \"\(written)\"\(place)"
        let names = fields.map(\.name)
        if let suggestion = Suggestion.field(like: written, among: names) {
            return message + "; did you mean \"\(suggestion)\"?"
        }
        let homes = fields.filter { $0.innerFieldNames().contains(written) }.map { "\"\($0.name)\"" }
        if !homes.isEmpty { return message + "; it is a field of \(homes.joined(separator: ", "))" }
        if let suggestion = Suggestion.field(sharingWordsWith: written, among: names) {
            return message + "; did you mean \"\(suggestion)\"?"
        }
        if fields.isEmpty { return message + "; it has no fields" }
        guard fields.count <= 10 else { return message }
        return message + "; its fields are \(names.joined(separator: ", "))"
    }
}

extension ValueNode {
    fileprivate var isInvalid: Bool { if case .invalid = content { true } else { false } }

    fileprivate var isNull: Bool { if case .null = content { true } else { false } }
}
