/// An integer field type of protobuf.
protocol ConfigurationInteger: ConfigurationValueType, FixedWidthInteger {
    static var protoName: String { get }
}

extension ConfigurationInteger {
    static var isMessage: Bool { false }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Self? {
        switch node.content {
        case .integer(let isNegative, let magnitude, _):
            if let value = Self(isNegative: isNegative, magnitude: magnitude) { return value }
            reportRange(node, &context)
        case .real(let number) where context.syntax == .json && number.rounded() == number:
            if let value = Self(exactly: number) { return value }
            reportRange(node, &context)
        case .string(let text) where context.syntax == .json:
            if let value = Self(text) { return value }
            context.report("expected an integer (\(protoName)), found \(node.description)", at: node.offset)
        case .string(let text):
            let hint = Self(text) == nil ? "" : "; remove the quotes"
            context.report("expected an integer, found \(node.description)\(hint)", at: node.offset)
        case .invalid, .null: break
        default: context.report("expected an integer, found \(node.description)", at: node.offset)
        }
        return nil
    }

    private init?(isNegative: Bool, magnitude: UInt64?) {
        guard let magnitude else { return nil }
        if !isNegative {
            self.init(exactly: magnitude)
        } else if magnitude == UInt64(Int64.max) + 1 {
            self.init(exactly: Int64.min)
        } else {
            guard let value = Int64(exactly: magnitude) else { return nil }
            self.init(exactly: -value)
        }
    }

    private static func reportRange(_ node: ValueNode, _ context: inout DecodingContext) {
        let field = context.fieldName
        context.report(
            "\(node.description) is out of range for \"\(field)\" (\(protoName): \(Self.min) to \(Self.max))",
            at: node.offset)
    }
}

extension Int32: ConfigurationInteger {
    static var protoName: String { "int32" }
    var encoded: EncodedValue { .signed(Int64(self)) }
}

extension Int64: ConfigurationInteger {
    static var protoName: String { "int64" }
    var encoded: EncodedValue { .signed(self) }
}

extension UInt32: ConfigurationInteger {
    static var protoName: String { "uint32" }
    var encoded: EncodedValue { .unsigned(UInt64(self)) }
}

extension UInt64: ConfigurationInteger {
    static var protoName: String { "uint64" }
    var encoded: EncodedValue { .unsigned(self) }
}

extension Double: ConfigurationValueType {
    static var isMessage: Bool { false }
    var encoded: EncodedValue { .real(self) }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Double? {
        switch node.content {
        case .real(let value): return value
        case .integer(let isNegative, let magnitude?, _): return isNegative ? -Double(magnitude) : Double(magnitude)
        // An integer beyond 64 bits is still a number.
        case .integer(_, nil, let text): if let value = Double(text) { return value }
        case .identifier(let name): if let value = special(name.lowercased()) { return value }
        case .string(let text) where context.syntax == .json:
            if let value = special(text.lowercased()) ?? Double(text) { return value }
        case .invalid, .null: return nil
        default: break
        }
        context.report("expected a number, found \(node.description)", at: node.offset)
        return nil
    }

    private static func special(_ name: String) -> Double? {
        switch name {
        case "inf", "infinity", "inff", "infinityf": .infinity
        case "-inf", "-infinity", "-inff", "-infinityf": -.infinity
        case "nan", "nanf", "-nan", "-nanf": .nan
        default: nil
        }
    }
}

extension Float: ConfigurationValueType {
    static var isMessage: Bool { false }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Float? {
        Double.decode(node, &context).map { Float($0) }
    }

    /// The double with the same shortest decimal form: 0.1 stays 0.1 when it is printed.
    var encoded: EncodedValue { .real(isFinite ? Double("\(self)") ?? Double(self) : Double(self)) }
}

extension Bool: ConfigurationValueType {
    static var isMessage: Bool { false }
    var encoded: EncodedValue { .bool(self) }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Bool? {
        switch node.content {
        case .bool(let value): return value
        case .identifier("true"), .identifier("True"), .identifier("t"): return true
        case .identifier("false"), .identifier("False"), .identifier("f"): return false
        case .integer(false, 0, _) where context.syntax == .text: return false
        case .integer(false, 1, _) where context.syntax == .text: return true
        case .invalid, .null: return nil
        default:
            context.report("expected true or false, found \(node.description)", at: node.offset)
            return nil
        }
    }
}

extension String: ConfigurationValueType {
    static var isMessage: Bool { false }
    var encoded: EncodedValue { .string(self) }

    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> String? {
        switch node.content {
        case .string(let text): return text
        case .invalid, .null: return nil
        case .identifier(let text), .integer(_, _, let text):
            context.report("expected a string, found \(text); write it in quotes: \"\(text)\"", at: node.offset)
            return nil
        default:
            context.report("expected a string, found \(node.description)", at: node.offset)
            return nil
        }
    }
}
