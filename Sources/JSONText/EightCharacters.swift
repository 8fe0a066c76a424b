/// Eight characters in one word, the first in its lowest byte, looked at and converted all at once.
enum EightCharacters {
    static let zeros: UInt64 = 0x3030_3030_3030_3030
    private static let upperHalves: UInt64 = 0xF0F0_F0F0_F0F0_F0F0

    @inline(__always)
    static func load(_ position: UnsafeRawPointer) -> UInt64 {
        UInt64(littleEndian: position.loadUnaligned(as: UInt64.self))
    }

    /// How many characters are digits before the first that is not.
    @inline(__always)
    static func digitCount(_ word: UInt64) -> Int {
        // Adding 6 takes the characters behind the 9 out of the column of the digits. Its carry reaches only what follows a
        // character that is no digit.
        let column = (word & upperHalves) ^ zeros
        let shifted = ((word &+ 0x0606_0606_0606_0606) & upperHalves) ^ zeros
        return (column | shifted).trailingZeroBitCount &>> 3
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

    /// The number that all eight characters make; they are known to be digits.
    @inline(__always)
    static func number(_ word: UInt64) -> UInt64 { combine(word &- zeros) }

    /// The number that the first `count` characters make; they are known to be digits. `count` is below 8.
    @inline(__always)
    static func number(_ word: UInt64, first count: Int) -> UInt64 {
        // Zeros move in before the first digit; a borrow of the subtraction reaches only characters that move out.
        guard count > 0 else { return 0 }
        return combine((word &- zeros) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count))
    }

    /// Digits to pairs, pairs to fours, fours to eight.
    @inline(__always)
    private static func combine(_ digits: UInt64) -> UInt64 {
        let pairs = digits &* 10 &+ digits &>> 8
        let mask: UInt64 = 0x0000_00FF_0000_00FF
        let upper = (pairs & mask) &* (100 + 1_000_000 &<< 32)
        let lower = (pairs &>> 16 & mask) &* (1 + 10_000 &<< 32)
        return (upper &+ lower) &>> 32
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
