/// A lexical element of protobuf text format.
struct TextFormatToken {
    enum Kind: Equatable {
        case identifier(String)
        /// `nil` when the number does not fit; the text is then kept for the message.
        case integer(UInt64?, text: String)
        case real(Double)
        /// The bytes that the literal stands for.
        case string([UInt8])
        case symbol(UInt8)
        /// Something that was reported already and takes the place of a value.
        case invalid
        case end
    }

    var kind: Kind
    /// The byte offset of its first character.
    var offset: Int

    func isSymbol(_ character: Unicode.Scalar) -> Bool { kind == .symbol(UInt8(ascii: character)) }

    /// How the token is named in messages.
    var description: String {
        switch kind {
        case .identifier(let name): "\"\(name)\""
        case .integer(_, let text): text
        case .real(let value): "\(value)"
        case .string: "a string"
        case .symbol(let character): "\"\(Unicode.Scalar(character))\""
        case .invalid: "an invalid token"
        case .end: "the end of the file"
        }
    }
}
