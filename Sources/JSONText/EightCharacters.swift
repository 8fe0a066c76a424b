/// Eight characters in one word, the first in its lowest byte, looked at and converted all at once.
enum EightCharacters {
    static let zeros: UInt64 = 0x3030_3030_3030_3030
    private static let upperHalves: UInt64 = 0xF0F0_F0F0_F0F0_F0F0

    @inline(__always)
    static func load(_ position: UnsafeRawPointer) -> UInt64 {
        UInt64(littleEndian: position.loadUnaligned(as: UInt64.self))
    }

    /// Characters, less that of zero: digits as their values.
    @inline(__always)
    static func values(_ word: UInt64) -> UInt64 { word ^ zeros }

    /// How many of these are values of digits before the first that is not.
    @inline(__always)
    static func digitCount(_ values: UInt64) -> Int {
        // Adding 118 sets the highest bit of what is more than 9. Its carry reaches only what follows such a one.
        let others = (values &+ 0x7676_7676_7676_7676 | values) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount &>> 3
    }

    /// How many characters stand in a string for themselves before the first that does not: a quotation mark, a backslash, or
    /// a control character.
    @inline(__always)
    static func plainCount(_ word: UInt64) -> Int {
        // The highest bit of each byte that is below a limit; what a borrow falsifies follows the first such byte.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotationMark = word ^ ones &* UInt64(UInt8(ascii: "\""))
        let backslash = word ^ ones &* UInt64(UInt8(ascii: "\\"))
        let special =
            (quotationMark &- ones) & ~quotationMark | (backslash &- ones) & ~backslash
            | (word &- ones &* 0x20) & ~word
        return (special & (ones &* 0x80)).trailingZeroBitCount &>> 3
    }

    /// The number that eight digits make.
    @inline(__always)
    static func number(_ values: UInt64) -> UInt64 {
        // Digits to pairs, pairs to fours, fours to eight.
        let pairs = values &* 10 &+ values &>> 8
        let mask: UInt64 = 0x0000_00FF_0000_00FF
        let upper = (pairs & mask) &* (100 + 1_000_000 &<< 32)
        let lower = (pairs &>> 16 & mask) &* (1 + 10_000 &<< 32)
        return (upper &+ lower) &>> 32
    }

    /// The number that the first `count` digits make; at most 7.
    @inline(__always)
    static func number(_ values: UInt64, first count: Int) -> UInt64 {
        // Zeros move in before the first digit. A shift by 64 has to be made of two.
        number((values &<< UInt64(truncatingIfNeeded: 56 &- 8 &* count)) &<< 8)
    }

    /// The characters of a number below 10^8, with leading zeros.
    @inline(__always)
    static func digits(_ value: UInt64) -> UInt64 {
        let quotient = value / 10_000
        let fours = quotient | (value &- quotient &* 10_000) &<< 32
        let hundreds = (fours &* 10_486) &>> 20 & 0x0000_007F_0000_007F
        let pairs = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
        let digits = tens | (pairs &- tens &* 10) &<< 8
        return digits | zeros
    }
}
