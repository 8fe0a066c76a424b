/// A number of at most 19 digits, which are read eight at a time. Everything else, errors included, is left to
/// `JSONReader.scanNumber()`.
struct PlainNumber {
    /// No number that `scan` accepts, together with what it reads ahead, is longer.
    static let lookahead = 64

    var isNegative: Bool
    /// Whether there is neither a fraction nor an exponent.
    var isInteger = true
    var significand: UInt64 = 0
    /// The power of ten to multiply `significand` with.
    var exponent = 0

    /// The number that begins at `position`, which moves to its end, or `nil` if it is not a plain one.
    ///
    /// At least `lookahead` bytes can be read from `position` on.
    @inline(__always)
    static func scan(_ position: inout UnsafeRawPointer) -> PlainNumber? {
        var number = PlainNumber(isNegative: byte(position) == UInt8(ascii: "-"))
        position += number.isNegative ? 1 : 0
        let first = byte(position)
        var digits = number.appendDigits(&position)
        guard digits > 0, first != UInt8(ascii: "0") || digits == 1 else { return nil }
        if byte(position) == UInt8(ascii: ".") {
            position += 1
            let fraction = number.appendDigits(&position)
            guard fraction > 0 else { return nil }
            digits &+= fraction
            number.exponent = 0 &- fraction
            number.isInteger = false
        }
        guard digits <= 19 else { return nil }
        if byte(position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            guard number.appendExponent(&position) else { return nil }
        }
        return number
    }

    @inline(__always)
    private static func byte(_ position: UnsafeRawPointer) -> UInt8 { position.load(as: UInt8.self) }

    /// How many digits there were; of 24 or more, the first 24.
    @inline(__always)
    private mutating func appendDigits(_ position: inout UnsafeRawPointer) -> Int {
        var total = 0
        var values = EightCharacters.values(EightCharacters.load(position))
        var count = EightCharacters.digitCount(values)
        while count == 8 {
            significand = significand &* 100_000_000 &+ EightCharacters.number(values)
            position += 8
            total &+= 8
            if total == 24 { return total }
            values = EightCharacters.values(EightCharacters.load(position))
            count = EightCharacters.digitCount(values)
        }
        significand = significand &* DecimalPowers.power(count) &+ EightCharacters.number(values, first: count)
        position += count
        return total &+ count
    }

    /// Up to four digits of exponent.
    @inline(__always)
    private mutating func appendExponent(_ position: inout UnsafeRawPointer) -> Bool {
        let sign = Self.byte(position)
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
        let values = EightCharacters.values(EightCharacters.load(position))
        let count = EightCharacters.digitCount(values)
        guard count > 0, count <= 4 else { return false }
        let value = Int(truncatingIfNeeded: EightCharacters.number(values, first: count))
        exponent &+= sign == UInt8(ascii: "-") ? 0 &- value : value
        isInteger = false
        position += count
        return true
    }
}
