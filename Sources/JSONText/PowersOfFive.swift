/// Powers of five from 5^-342 to 5^308, all that a decimal number with a significand of 64 bits needs to become a double.
///
/// Each is given by the 128 bits from its highest set bit on. Exact powers are cut off; the reciprocals up to 5^27 are
/// rounded up, longer ones cut off.
enum PowersOfFive {
    static let exponents = -342...308

    /// Two words for each power, the upper one first.
    static let significands: [UInt64] = makeSignificands()

    private static func makeSignificands() -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 2 * exponents.count)
        func store(_ power: MultiwordInteger, at exponent: Int, roundingUp: Bool = false) {
            var (upper, lower) = power.leadingBits
            if roundingUp {
                lower &+= 1
                if lower == 0 { upper &+= 1 }
            }
            words[2 * (exponent - exponents.lowerBound)] = upper
            words[2 * (exponent - exponents.lowerBound) + 1] = lower
        }
        var power = MultiwordInteger(one: 0)
        for exponent in 0...exponents.upperBound {
            store(power, at: exponent)
            power.multiply(by: 5)
        }
        // Dividing by five and cutting off, again and again, gives what dividing once by the whole power gives.
        var reciprocal = MultiwordInteger(one: MultiwordInteger.bitWidth - 1)
        for exponent in 1 ... -exponents.lowerBound {
            reciprocal.divide(by: 5)
            store(reciprocal, at: -exponent, roundingUp: exponent <= 27)
        }
        return words
    }
}

/// An unsigned integer of a fixed number of words, wide enough for 2^128 times the largest power of five that is needed.
private struct MultiwordInteger {
    static let bitWidth = 16 * 64

    /// The lowest word first.
    private var words = [UInt64](repeating: 0, count: bitWidth / 64)

    /// 2^`exponent`.
    init(one exponent: Int) { words[exponent / 64] = 1 << UInt64(exponent % 64) }

    /// The 128 bits from the highest set bit on.
    var leadingBits: (upper: UInt64, lower: UInt64) {
        guard let top = words.lastIndex(where: { $0 != 0 }) else { return (0, 0) }
        let shift = UInt64(words[top].leadingZeroBitCount)
        func word(_ index: Int) -> UInt64 { index >= 0 ? words[index] : 0 }
        func bits(from index: Int) -> UInt64 { word(index) << shift | word(index - 1) >> (64 - shift) }
        return (bits(from: top), bits(from: top - 1))
    }

    mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in words.indices {
            let (high, low) = words[index].multipliedFullWidth(by: factor)
            let (sum, overflow) = low.addingReportingOverflow(carry)
            words[index] = sum
            carry = high + (overflow ? 1 : 0)
        }
    }

    /// Drops the remainder.
    mutating func divide(by divisor: UInt64) {
        var remainder: UInt64 = 0
        for index in words.indices.reversed() {
            (words[index], remainder) = divisor.dividingFullWidth((remainder, words[index]))
        }
    }
}
