/// Reads the XML that stores answer, token by token: elements and their text.
///
/// A small strict reader. Attributes are passed over. A document type declaration is an error, so there are no entities
/// but XML's own five and numbers, and nothing can expand; depth is limited.
struct XMLReader {
    enum Token: Equatable {
        /// The local name, without a prefix.
        case start(String)
        case text(String)
        case end
    }

    struct Failure: Error, Equatable {
        var message: String
        var offset: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    private var hasRoot = false
    /// An empty element's end is told after its start.
    private var endsAtOnce = false
    private static let maximumDepth = 32

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// `nil` after the end of the document.
    mutating func next() throws(Failure) -> Token? {
        if endsAtOnce {
            endsAtOnce = false
            open.removeLast()
            return .end
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                let text = try text()
                if open.isEmpty {
                    guard text.allSatisfy(\.isWhitespace) else { throw failure("text outside of the root element") }
                } else {
                    return .text(text)
                }
            } else if take("<!--") {
                try skip(past: "-->")
            } else if take("<![CDATA[") {
                let start = position
                try skip(past: "]]>")
                guard !open.isEmpty else { throw failure("text outside of the root element") }
                return .text(String(decoding: bytes[start..<(position - 3)], as: UTF8.self))
            } else if take("<?") {
                try skip(past: "?>")
            } else if take("<!") {
                throw failure("a document type declaration, which is not accepted")
            } else if take("</") {
                let name = try name()
                skipSpace()
                guard take(">"), open.last == name else { throw failure("an end tag '\(name)' that closes nothing") }
                open.removeLast()
                return .end
            } else {
                return try startTag()
            }
        }
        guard open.isEmpty, hasRoot else { throw failure("the document ends too early") }
        return nil
    }

    private mutating func startTag() throws(Failure) -> Token {
        guard !open.isEmpty || !hasRoot else { throw failure("a second root element") }
        guard open.count < Self.maximumDepth else { throw failure("too many levels") }
        position += 1
        let name = try name()
        hasRoot = true
        open.append(name)
        while true {
            skipSpace()
            if take("/>") {
                endsAtOnce = true
                break
            }
            if take(">") { break }
            _ = try self.name()
            skipSpace()
            guard take("=") else { throw failure("an attribute without a value") }
            skipSpace()
            if take("\"") {
                try skip(past: "\"")
            } else if take("'") {
                try skip(past: "'")
            } else {
                throw failure("an attribute value without quotes")
            }
        }
        return .start(String(name.split(separator: ":").last ?? ""))
    }

    private mutating func text() throws(Failure) -> String {
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "&") { text += try reference().utf8 } else { text.append(byte) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// After the ampersand.
    private mutating func reference() throws(Failure) -> String {
        let limit = min(position + 12, bytes.count)
        guard let end = bytes[position..<limit].firstIndex(of: UInt8(ascii: ";")) else {
            throw failure("an ampersand that begins no reference")
        }
        let name = String(decoding: bytes[position..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst(1)
        guard name.hasPrefix("#"), let number = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
            number != 0, let scalar = Unicode.Scalar(number)
        else { throw failure("the unknown reference '&\(name);'") }
        return String(Character(scalar))
    }

    private mutating func name() throws(Failure) -> String {
        let start = position
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        guard position > start, position - start <= 128 else { throw failure("a missing or overlong name") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if matches { position += text.utf8CodeUnitCount }
        return matches
    }

    private mutating func skip(past text: StaticString) throws(Failure) {
        while position < bytes.count {
            if take(text) { return }
            position += 1
        }
        throw failure("something that is never closed")
    }

    private func failure(_ message: String) -> Failure { Failure(message: message, offset: position) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), 0x80...0xFF:
            true
        default: false
        }
    }
}
