/// Reads JSON token by token from memory that the caller keeps alive: no allocation (up to 64 levels of nesting), no
/// recursion, ranges instead of strings.
///
/// Accepts and rejects what RapidJSON does with its flag for NaN and Infinity: `NaN`, `Inf`, `Infinity` and their negatives
/// are numbers, a byte order mark is skipped, a NUL byte ends the document. Strings are not checked to be UTF-8.
public struct JSONReader {
    public enum Token {
        case beginObject
        case endObject
        case beginArray
        case endArray
        /// The name of an object member; its value follows.
        case name(JSONStringRange)
        case string(JSONStringRange)
        case number(JSONNumber)
        case bool(Bool)
        case null
        /// The document is complete. Asked again, the reader says so again.
        case end
    }

    enum State {
        case start
        case objectStart
        case memberName
        case memberValue
        case afterMember
        case arrayStart
        case element
        case afterElement
        case finished
    }

    public let bytes: UnsafeRawBufferPointer
    /// Offset of the next unread byte.
    public internal(set) var offset: Int
    var state = State.start
    private var containers = JSONContainerStack()

    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        let hasByteOrderMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        offset = hasByteOrderMark ? 3 : 0
    }

    /// Reads the value that starts at `offset`, as if it were a document of its own. The value must be known to be valid
    /// JSON up to its end, because what follows it would be taken for trailing text.
    public init(_ bytes: UnsafeRawBufferPointer, valueAt offset: Int) {
        self.bytes = bytes
        self.offset = min(max(offset, 0), bytes.count)
    }

    /// How many containers are open.
    public var depth: Int { containers.depth }

    /// The byte at `offset`, or 0 at the end of the text.
    @inline(__always)
    var nextByte: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    @inline(__always)
    mutating func skipWhitespace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// The next token; commas and colons are checked and left out.
    public mutating func next() throws(JSONError) -> Token {
        while true {
            skipWhitespace()
            let byte = nextByte
            switch state {
            case .start:
                guard byte != 0 else { throw JSONError(.documentEmpty, at: offset) }
                return try readValue(byte)
            case .finished:
                guard byte == 0 else { throw JSONError(.rootNotSingular, at: offset) }
                return .end
            case .objectStart:
                if byte == UInt8(ascii: "}") { return closeContainer() }
                return try readName(byte)
            case .memberName:
                return try readName(byte)
            case .memberValue, .element:
                return try readValue(byte)
            case .afterMember:
                if byte == UInt8(ascii: "}") { return closeContainer() }
                guard byte == UInt8(ascii: ",") else { throw JSONError(.missingCommaOrBrace, at: offset) }
                offset += 1
                state = .memberName
            case .arrayStart:
                if byte == UInt8(ascii: "]") { return closeContainer() }
                return try readValue(byte)
            case .afterElement:
                if byte == UInt8(ascii: "]") { return closeContainer() }
                guard byte == UInt8(ascii: ",") else { throw JSONError(.missingCommaOrBracket, at: offset) }
                offset += 1
                state = .element
            }
        }
    }

    /// Reads past the next value, whatever it is, checking its syntax.
    ///
    /// - Returns: the offset of the value's first byte.
    @discardableResult
    public mutating func skipValue() throws(JSONError) -> Int {
        skipSeparator()
        let start = offset
        let outerDepth = depth
        repeat {
            if case .end = try next() { break }
        } while depth > outerDepth
        return start
    }

    /// Moves to the first byte of the next value, so that its offset can be told. Leaves errors to `next()`.
    private mutating func skipSeparator() {
        skipWhitespace()
        if state == .afterElement && nextByte == UInt8(ascii: ",") {
            offset += 1
            state = .element
            skipWhitespace()
        }
    }

    private mutating func readName(_ byte: UInt8) throws(JSONError) -> Token {
        guard byte == UInt8(ascii: "\"") else { throw JSONError(.missingName, at: offset) }
        let name = try scanString()
        skipWhitespace()
        guard nextByte == UInt8(ascii: ":") else { throw JSONError(.missingColon, at: offset) }
        offset += 1
        state = .memberValue
        return .name(name)
    }

    private mutating func readValue(_ byte: UInt8) throws(JSONError) -> Token {
        let token: Token
        switch byte {
        case UInt8(ascii: "{"):
            open(isObject: true)
            return .beginObject
        case UInt8(ascii: "["):
            open(isObject: false)
            return .beginArray
        case UInt8(ascii: "\""):
            token = .string(try scanString())
        case UInt8(ascii: "t"):
            try scanLiteral("true")
            token = .bool(true)
        case UInt8(ascii: "f"):
            try scanLiteral("false")
            token = .bool(false)
        case UInt8(ascii: "n"):
            try scanLiteral("null")
            token = .null
        default:
            token = .number(try scanNumber())
        }
        valueEnded()
        return token
    }

    private mutating func open(isObject: Bool) {
        offset += 1
        containers.push(isObject: isObject)
        state = isObject ? .objectStart : .arrayStart
    }

    private mutating func closeContainer() -> Token {
        offset += 1
        let token = containers.isInObject ? Token.endObject : .endArray
        containers.pop()
        valueEnded()
        return token
    }

    mutating func valueEnded() {
        state = containers.depth == 0 ? .finished : containers.isInObject ? .afterMember : .afterElement
    }

    /// The first byte is known to match. The offset of an error is that of the first byte that differs.
    mutating func scanLiteral(_ literal: StaticString) throws(JSONError) {
        offset += 1
        for index in 1..<literal.utf8CodeUnitCount {
            guard nextByte == literal.utf8Start[index] else { throw JSONError(.invalidValue, at: offset) }
            offset += 1
        }
    }
}
