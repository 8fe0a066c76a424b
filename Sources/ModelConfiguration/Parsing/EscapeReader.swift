/// Reads one escape sequence of a string literal; `index` stands behind the backslash.
struct EscapeReader {
    let bytes: [UInt8]
    var index: Int

    /// Appends the bytes that the sequence stands for and moves behind it; `false` when there is no such sequence.
    mutating func appendEscape(to content: inout [UInt8]) -> Bool {
        guard index < bytes.count else { return false }
        let letter = bytes[index]
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            // \400 and above do not fit in a byte.
            guard let value = number(maximumDigits: 3, radix: 8), let byte = UInt8(exactly: value) else { return false }
            content.append(byte)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            index += 1
            guard let value = number(maximumDigits: 2, radix: 16), let byte = UInt8(exactly: value) else {
                return false
            }
            content.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            guard let scalar = unicodeScalar() else { return false }
            content.append(contentsOf: String(Character(scalar)).utf8)
        default:
            guard let byte = Self.single(letter) else {
                // The line break ends the literal, so it is not part of the sequence.
                if letter != UInt8(ascii: "\n") { index += 1 }
                return false
            }
            index += 1
            content.append(byte)
        }
        return true
    }

    private static func single(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "?"): letter
        default: nil
        }
    }

    private mutating func number(maximumDigits: Int, radix: UInt32) -> UInt32? {
        var value: UInt32 = 0
        var count = 0
        while count < maximumDigits, index < bytes.count, let digit = bytes[index].hexDigitValue, digit < radix {
            value = value * radix + UInt32(digit)
            index += 1
            count += 1
        }
        return count == 0 ? nil : value
    }

    private mutating func unicodeScalar() -> Unicode.Scalar? {
        guard let value = codePoint() else { return nil }
        guard (0xD800...0xDBFF).contains(value) else { return Unicode.Scalar(value) }
        // A high surrogate is followed by a second sequence with the low one.
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\\") else { return nil }
        index += 1
        guard let low = codePoint(), (0xDC00...0xDFFF).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func codePoint() -> UInt32? {
        guard index < bytes.count else { return nil }
        let letter = bytes[index]
        guard letter == UInt8(ascii: "u") || letter == UInt8(ascii: "U") else { return nil }
        index += 1
        let start = index
        let digits = letter == UInt8(ascii: "u") ? 4 : 8
        guard let value = number(maximumDigits: digits, radix: 16), index - start == digits else { return nil }
        return value
    }
}
