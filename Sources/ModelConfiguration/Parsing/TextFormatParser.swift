/// Turns the tokens of protobuf text format into a tree of fields.
///
/// After an error it goes on with the next field, so that one pass finds all errors of a file.
struct TextFormatParser {
    private var lexer: TextFormatLexer
    private let maximumDepth: Int
    private var current: TextFormatToken
    private var following: TextFormatToken
    private var collector: DiagnosticCollector
    /// What closes the messages and lists around the current token, innermost last.
    private var openClosers: [Unicode.Scalar] = []

    static func fields(
        of source: SourceText, limits: ConfigurationLimits, reportingTo collector: inout DiagnosticCollector
    ) -> [FieldNode] {
        var parser = TextFormatParser(source: source, maximumDepth: limits.maximumDepth, collector: collector)
        var fields: [FieldNode] = []
        while parser.current.kind != .end {
            fields += parser.fields(depth: 0)
            if parser.current.kind == .end { break }
            parser.report("\(parser.current.description) closes nothing")
            parser.advance()
        }
        collector = parser.collector
        return fields
    }

    private init(source: SourceText, maximumDepth: Int, collector: DiagnosticCollector) {
        self.maximumDepth = maximumDepth
        self.collector = collector
        lexer = TextFormatLexer(source)
        current = lexer.next(&self.collector)
        following = lexer.next(&self.collector)
    }

    private mutating func advance() {
        current = following
        following = lexer.next(&collector)
    }

    private mutating func report(_ message: String, at offset: Int? = nil) {
        collector.report(message, at: offset ?? current.offset)
    }

    private var isAtCloser: Bool { current.isSymbol("}") || current.isSymbol(">") || current.isSymbol("]") }

    /// Fields up to a closing bracket or the end, neither of which is consumed.
    private mutating func fields(depth: Int) -> [FieldNode] {
        var fields: [FieldNode] = []
        while current.kind != .end {
            if current.isSymbol(",") || current.isSymbol(";") {
                advance()
            } else if isAtCloser {
                return fields
            } else if let field = field(depth: depth) {
                fields.append(field)
            }
        }
        return fields
    }

    private mutating func field(depth: Int) -> FieldNode? {
        let start = current.offset
        guard case .identifier(let name) = current.kind else {
            if current.isSymbol("[") {
                report("extension and Any names in brackets are not part of a model configuration")
                skipBracketedName()
            } else {
                if current.kind != .invalid { report("expected a field name, found \(current.description)") }
                advance()
            }
            skipToNextField()
            return nil
        }
        advance()
        var hasColon = false
        if current.isSymbol(":") {
            hasColon = true
            advance()
        }
        guard let value = value(after: name, depth: depth) else {
            skipToNextField()
            return nil
        }
        return FieldNode(name: name, offset: start, hasColon: hasColon, value: value)
    }

    /// Whether a new field starts here, where a value was expected: "a b: 1" lacks the value of a.
    private var isAtField: Bool {
        if case .identifier = current.kind { following.isSymbol(":") || following.isSymbol("{") } else { false }
    }

    private mutating func value(after name: String, depth: Int) -> ValueNode? {
        let offset = current.offset
        if current.isSymbol("{") || current.isSymbol("<") { return message(depth: depth + 1) }
        if current.isSymbol("[") { return list(of: name, depth: depth + 1) }
        if !isAtField, let content = scalar() { return ValueNode(content: content, offset: offset) }
        report("expected a value for \"\(name)\", found \(current.description)")
        return nil
    }

    private mutating func message(depth: Int) -> ValueNode? {
        let opening = current
        guard depth <= maximumDepth else {
            report("messages are nested more than \(maximumDepth) deep")
            skipBalanced()
            return ValueNode(content: .invalid, offset: opening.offset)
        }
        let closer: Unicode.Scalar = opening.isSymbol("{") ? "}" : ">"
        advance()
        openClosers.append(closer)
        let fields = fields(depth: depth)
        close(with: closer, opening: opening)
        return ValueNode(content: .message(fields), offset: opening.offset)
    }

    private mutating func list(of name: String, depth: Int) -> ValueNode? {
        let opening = current
        guard depth <= maximumDepth else {
            report("lists are nested more than \(maximumDepth) deep")
            skipBalanced()
            return ValueNode(content: .invalid, offset: opening.offset)
        }
        advance()
        openClosers.append("]")
        var values: [ValueNode] = []
        var separatorIsMissing = false
        while current.kind != .end, !isAtCloser, !isAtField {
            if current.isSymbol(",") {
                report("expected a value before this \",\"")
                advance()
                continue
            }
            if separatorIsMissing { report("expected \",\" between the values of \"\(name)\"") }
            guard let element = value(after: name, depth: depth) else { break }
            values.append(element)
            separatorIsMissing = true
            if current.isSymbol(",") {
                let comma = current.offset
                advance()
                separatorIsMissing = false
                if current.isSymbol("]") { report("expected a value after this \",\"", at: comma) }
            }
        }
        close(with: "]", opening: opening)
        return ValueNode(content: .list(values), offset: opening.offset)
    }

    private mutating func close(with closer: Unicode.Scalar, opening: TextFormatToken) {
        openClosers.removeLast()
        if current.isSymbol(closer) {
            advance()
            return
        }
        report(
            "\(opening.description) is not closed; expected \"\(closer)\" before \(current.description)",
            at: opening.offset)
        // A bracket that closes nothing further out was most likely meant for this one.
        if isAtCloser, !openClosers.contains(where: current.isSymbol) { advance() }
    }

    private mutating func scalar() -> ValueNode.Content? {
        let start = current
        switch start.kind {
        case .string:
            return stringValue()
        case .identifier(let name):
            advance()
            return .identifier(name)
        case .integer(let magnitude, let text):
            advance()
            return .integer(isNegative: false, magnitude: magnitude, text: text)
        case .real(let value):
            advance()
            return .real(value)
        case .invalid:
            advance()
            return .invalid
        case .symbol(UInt8(ascii: "-")):
            advance()
            return negativeNumber()
        case .symbol, .end:
            return nil
        }
    }

    private mutating func negativeNumber() -> ValueNode.Content? {
        switch current.kind {
        case .integer(let magnitude, let text):
            advance()
            return .integer(isNegative: true, magnitude: magnitude, text: "-" + text)
        case .real(let value):
            advance()
            return .real(-value)
        case .identifier(let name):
            advance()
            return .identifier("-" + name)
        case .invalid:
            advance()
            return .invalid
        case .string, .symbol, .end:
            return nil
        }
    }

    /// Adjacent literals are one string.
    private mutating func stringValue() -> ValueNode.Content {
        let start = current.offset
        var content: [UInt8] = []
        while case .string(let part) = current.kind {
            content += part
            advance()
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            report("the bytes of this string are not valid UTF-8", at: start)
            return .invalid
        }
        return .string(text)
    }

    private mutating func skipBracketedName() {
        while current.kind != .end, !current.isSymbol("]"), !current.isSymbol("{"), !current.isSymbol("}") { advance() }
        if current.isSymbol("]") { advance() }
    }

    /// Moves past what is left of a broken field.
    private mutating func skipToNextField() {
        while current.kind != .end {
            if current.isSymbol("{") || current.isSymbol("<") || current.isSymbol("[") {
                skipBalanced()
                continue
            }
            if isAtCloser { return }
            if isAtField { return }
            if current.isSymbol(",") || current.isSymbol(";") { return }
            advance()
        }
    }

    /// Moves past a bracket and everything up to the one that closes it.
    private mutating func skipBalanced() {
        var depth = 0
        while current.kind != .end {
            if current.isSymbol("{") || current.isSymbol("<") || current.isSymbol("[") { depth += 1 }
            if isAtCloser { depth -= 1 }
            advance()
            if depth <= 0 { return }
        }
    }
}
