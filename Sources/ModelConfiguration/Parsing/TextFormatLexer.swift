/// Cuts protobuf text format into tokens. Errors go to the collector; lexing always reaches the end of the text.
struct TextFormatLexer {
    private let bytes: [UInt8]
    private var index = 0

    init(_ source: SourceText) {
        bytes = source.bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    private func byte(ahead distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    /// The next token; `.end` again and again at the end.
    mutating func next(_ collector: inout DiagnosticCollector) -> TextFormatToken {
        while true {
            skipSpaceAndComments(&collector)
            let start = index
            guard let first = byte() else { return TextFormatToken(kind: .end, offset: start) }
            if first.isIdentifierStart { return TextFormatToken(kind: identifier(), offset: start) }
            if first.isDigit || (first == UInt8(ascii: ".") && byte(ahead: 1)?.isDigit == true) {
                return TextFormatToken(kind: number(&collector), offset: start)
            }
            if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
                return TextFormatToken(kind: string(quote: first, &collector), offset: start)
            }
            index += 1
            if Self.symbols.contains(first) { return TextFormatToken(kind: .symbol(first), offset: start) }
            skipStrayBytes(&collector, from: start)
        }
    }

    private static let symbols = Array("{}<>[]:,;-./".utf8)

    private mutating func skipSpaceAndComments(_ collector: inout DiagnosticCollector) {
        while let current = byte() {
            switch current {
            case 0x20, 0x09...0x0D: index += 1
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "/") where byte(ahead: 1) == UInt8(ascii: "/"):
                collector.report("a comment starts with \"#\", not with \"//\"", at: index)
                skipLine()
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let current = byte(), current != UInt8(ascii: "\n") { index += 1 }
    }

    /// Reports a run of bytes that mean nothing as one error.
    private mutating func skipStrayBytes(_ collector: inout DiagnosticCollector, from start: Int) {
        let first = bytes[start]
        while let current = byte(), current >= 0x80, first >= 0x80 { index += 1 }
        let message =
            switch first {
            case 0x21...0x7E: "unexpected character \"\(Unicode.Scalar(first))\""
            case 0x80...: "unexpected text \"\(String(decoding: bytes[start..<index].prefix(40), as: UTF8.self))\""
            default: "unexpected control character with code \(first)"
            }
        collector.report(message, at: start)
    }

    private mutating func identifier() -> TextFormatToken.Kind {
        let start = index
        while let current = byte(), current.isIdentifierStart || current.isDigit { index += 1 }
        return .identifier(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func number(_ collector: inout DiagnosticCollector) -> TextFormatToken.Kind {
        let start = index
        let kind: TextFormatToken.Kind?
        if byte() == UInt8(ascii: "0"), byte(ahead: 1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            index += 2
            kind = integer(from: start, digitsFrom: index, radix: 16)
        } else {
            kind = decimalNumber(from: start)
        }
        // A letter directly behind a number belongs to it, and makes it wrong.
        let isWhole = byte().map { !($0.isIdentifierStart || $0.isDigit) } ?? true
        guard let kind, isWhole else {
            while let current = byte(), current.isIdentifierStart || current.isDigit || current == UInt8(ascii: ".") {
                index += 1
            }
            collector.report(
                "\"\(String(decoding: bytes[start..<index].prefix(40), as: UTF8.self))\" is not a number", at: start)
            return .invalid
        }
        return kind
    }

    private mutating func decimalNumber(from start: Int) -> TextFormatToken.Kind? {
        skipDigits()
        var isReal = false
        if byte() == UInt8(ascii: ".") {
            isReal = true
            index += 1
            skipDigits()
        }
        if byte().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            isReal = true
            index += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { index += 1 }
            guard byte()?.isDigit == true else { return nil }
            skipDigits()
        }
        let end = index
        if byte().map({ $0 | 0x20 }) == UInt8(ascii: "f") {
            isReal = true
            index += 1
        }
        guard isReal else {
            let isOctal = bytes[start] == UInt8(ascii: "0") && end > start + 1
            return integer(from: start, digitsFrom: isOctal ? start + 1 : start, radix: isOctal ? 8 : 10)
        }
        // Double(String) wants digits on both sides of the point.
        var text = String(decoding: bytes[start..<end], as: UTF8.self)
        if text.hasPrefix(".") { text = "0" + text }
        if text.hasSuffix(".") { text += "0" }
        text = text.replacing(".e", with: ".0e").replacing(".E", with: ".0e")
        return Double(text).map { .real($0) }
    }

    /// Moves behind the digits. `nil` when one of them does not belong to the radix, or there is none.
    private mutating func integer(from start: Int, digitsFrom first: Int, radix: UInt64) -> TextFormatToken.Kind? {
        index = first
        var value: UInt64? = 0
        while let current = byte(), let digit = current.hexDigitValue {
            guard digit < radix else { return nil }
            if let known = value {
                let (product, overflow) = known.multipliedReportingOverflow(by: radix)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
                value = overflow || carry ? nil : sum
            }
            index += 1
        }
        guard index > first else { return nil }
        return .integer(value, text: String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func skipDigits() {
        while byte()?.isDigit == true { index += 1 }
    }

    private mutating func string(quote: UInt8, _ collector: inout DiagnosticCollector) -> TextFormatToken.Kind {
        let start = index
        index += 1
        var content: [UInt8] = []
        while let current = byte() {
            switch current {
            case quote:
                index += 1
                return .string(content)
            case UInt8(ascii: "\n"):
                collector.report("the string that starts here is not closed on its line", at: start)
                return .string(content)
            case UInt8(ascii: "\\"):
                let escapeStart = index
                var reader = EscapeReader(bytes: bytes, index: index + 1)
                if !reader.appendEscape(to: &content) {
                    collector.report("this escape sequence is not known; write \\\\ for a backslash", at: escapeStart)
                }
                index = reader.index
            default:
                content.append(current)
                index += 1
            }
        }
        collector.report("the string that starts here is not closed", at: start)
        return .string(content)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isIdentifierStart: Bool {
        self == UInt8(ascii: "_") || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
    }

    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
