/// Writes encoded messages as protobuf text format, in the style of hand-written config.pbtxt files.
struct TextFormatPrinter {
    private var text = ""
    private var indentation = ""

    static func text(of fields: [EncodedField]) -> String {
        var printer = TextFormatPrinter()
        printer.fields(fields)
        return printer.text
    }

    private mutating func fields(_ fields: [EncodedField]) {
        for field in fields {
            switch field.content {
            case .implicit(_, isDefault: true), .explicit(nil): break
            case .implicit(let value, _), .explicit(let value?): single(field.name, value)
            case .repeated(let values): list(field.name, values)
            case .map(let entries):
                for entry in entries {
                    open("\(field.name) {")
                    single("key", entry.key)
                    single("value", entry.value)
                    close("}")
                }
            }
        }
    }

    private mutating func single(_ name: String, _ value: EncodedValue) {
        guard case .message(let content) = value else {
            line("\(name): \(Self.scalar(value))")
            return
        }
        if Self.isEmpty(content) {
            line("\(name) { }")
        } else {
            open("\(name) {")
            fields(content)
            close("}")
        }
    }

    private mutating func list(_ name: String, _ values: [EncodedValue]) {
        guard let first = values.first else { return }
        guard case .message = first else {
            line("\(name): [ \(values.map(Self.scalar).joined(separator: ", ")) ]")
            return
        }
        open("\(name) [")
        for (index, value) in values.enumerated() {
            guard case .message(let content) = value else { continue }
            open("{")
            fields(content)
            close(index + 1 < values.count ? "}," : "}")
        }
        close("]")
    }

    private mutating func line(_ content: String) { text += indentation + content + "\n" }

    private mutating func open(_ content: String) {
        line(content)
        indentation += "  "
    }

    private mutating func close(_ content: String) {
        indentation.removeLast(2)
        line(content)
    }

    private static func isEmpty(_ fields: [EncodedField]) -> Bool {
        fields.allSatisfy {
            switch $0.content {
            case .implicit(_, let isDefault): isDefault
            case .explicit(let value): value == nil
            case .repeated(let values): values.isEmpty
            case .map(let entries): entries.isEmpty
            }
        }
    }

    private static func scalar(_ value: EncodedValue) -> String {
        switch value {
        case .signed(let number): "\(number)"
        case .unsigned(let number): "\(number)"
        case .real(let number): number.isNaN ? "nan" : "\(number)"
        case .bool(let flag): "\(flag)"
        case .string(let text): quoted(text)
        case .enumeration(let name): name
        case .message: "{ }"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\0"..<" ", "\u{7F}":
                let octal = String(scalar.value, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
