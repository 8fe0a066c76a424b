/// An enum of the configuration schema.
protocol ConfigurationEnumeration: ConfigurationValueType, CaseIterable, RawRepresentable
where RawValue: FixedWidthInteger {
    /// As in model_config.proto: `TYPE_FP32`, `KIND_CPU`.
    var configurationName: String { get }
    /// Other spellings that people use, in capitals, and the name that they mean.
    static var aliases: [String: String] { get }
}

extension ConfigurationEnumeration {
    static var isMessage: Bool { false }
    static var aliases: [String: String] { [:] }
    var encoded: EncodedValue { .enumeration(configurationName) }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Self? {
        let field = context.fieldName
        switch node.content {
        case .identifier(let name):
            if let value = allCases.first(where: { $0.configurationName == name }) { return value }
            context.report(unknownMessage(name, field: field), at: node.offset)
        case .string(let name) where context.syntax == .json:
            let capitals = name.uppercased()
            if let value = allCases.first(where: { $0.configurationName == capitals }) { return value }
            context.report(unknownMessage(name, field: field), at: node.offset)
        case .string(let name):
            let hint = allCases.contains { $0.configurationName == name } ? "; remove the quotes" : ""
            context.report("expected a name like \(example), found \(node.description)\(hint)", at: node.offset)
        case .integer(let isNegative, let magnitude, let text):
            if !isNegative, let magnitude, let value = RawValue(exactly: magnitude).flatMap(Self.init(rawValue:)) {
                return value
            }
            let highest = allCases.map(\.rawValue).max() ?? 0
            context.report(
                "\(text) is not a value of \"\(field)\"; its values are 0 to \(highest)", at: node.offset)
        case .invalid, .null: break
        default: context.report("expected a name like \(example), found \(node.description)", at: node.offset)
        }
        return nil
    }

    private static var names: [String] { allCases.map(\.configurationName) }

    private static var example: String { names.last ?? "" }

    private static func unknownMessage(_ name: String, field: String) -> String {
        let message = "unknown value \"\(name)\" for \"\(field)\""
        if let suggestion = Suggestion.enumValue(like: name, among: names, aliases: aliases) {
            return message + "; did you mean \(suggestion)?"
        }
        return message + "; its values are \(names.joined(separator: ", "))"
    }
}
