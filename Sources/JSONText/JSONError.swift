/// Why a text is not JSON.
///
/// Messages and offsets are those of RapidJSON 1.1, because Triton passes them on to clients.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A sentence with its full stop: `Invalid value.`
    public var message: String
    /// Bytes from the start of the text.
    public var offset: Int

    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// `Missing a name for object member. at 1`
    public var description: String { "\(message) at \(offset)" }
}

extension JSONError {
    enum Reason: String {
        case documentEmpty = "The document is empty."
        case rootNotSingular = "The document root must not be followed by other values."
        case invalidValue = "Invalid value."
        case missingName = "Missing a name for object member."
        case missingColon = "Missing a colon after a name of object member."
        case missingCommaOrBrace = "Missing a comma or '}' after an object member."
        case missingCommaOrBracket = "Missing a comma or ']' after an array element."
        case invalidHexDigit = "Incorrect hex digit after \\u escape in string."
        case invalidSurrogate = "The surrogate pair in string is invalid."
        case invalidEscape = "Invalid escape character in string."
        case missingQuotationMark = "Missing a closing quotation mark in string."
        case numberTooBig = "Number too big to be stored in double."
        case missingFraction = "Miss fraction part in number."
        case missingExponent = "Miss exponent in number."
    }

    init(_ reason: Reason, at offset: Int) {
        self.init(message: reason.rawValue, offset: offset)
    }
}
