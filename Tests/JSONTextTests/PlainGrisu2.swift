@testable import JSONText

/// The Grisu2 algorithm digit by digit, and the layout of RapidJSON's writer.
struct PlainGrisu2 {
    private var digits: [UInt8] = []
    private var exponent = 0

    /// `value` is finite and greater than zero.
    init(_ value: Double) {
        let isSubnormal = value.exponentBitPattern == 0
        let significand = value.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
        let binaryExponent = Int(isSubnormal ? 1 : value.exponentBitPattern) - 1075
        let upper = Self.normalized(significand << 1 | 1, binaryExponent - 1)
        let isPowerOfTwo = value.significandBitPattern == 0 && value.exponentBitPattern > 1
        var lower =
            isPowerOfTwo
            ? (significand << 2 - 1, binaryExponent - 2) : (significand << 1 - 1, binaryExponent - 1)
        lower = (lower.0 << UInt64(lower.1 - upper.exponent), upper.exponent)
        let exact = Self.normalized(significand, binaryExponent)

        let estimate = (Double(-61 - upper.exponent) * 0.301_029_995_663_981_14 + 347).rounded(.up)
        let index = Int(estimate) >> 3 + 1
        let power = CachedPowersOfTen.power(index)
        exponent = 348 - 8 * index
        let high = Self.product(upper.significand, power.significand) - 1
        let low = Self.product(lower.0, power.significand) + 1
        let scaled = Self.product(exact.significand, power.significand)
        generate(
            high, distance: high - scaled, length: high - low,
            fractionBits: UInt64(-(upper.exponent + power.exponent + 64)))
    }

    private static func normalized(_ significand: UInt64, _ exponent: Int) -> (significand: UInt64, exponent: Int) {
        let shift = significand.leadingZeroBitCount
        return (significand << UInt64(shift), exponent - shift)
    }

    private static func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high + low >> 63
    }

    private mutating func generate(_ high: UInt64, distance: UInt64, length: UInt64, fractionBits: UInt64) {
        var integer = high >> fractionBits
        var fraction = high & (1 << fractionBits - 1)
        for remaining in (0..<10).reversed() {
            let power = (0..<remaining).reduce(UInt64(1)) { power, _ in power * 10 }
            append(integer / power)
            integer %= power
            let rest = integer << fractionBits + fraction
            if rest <= length {
                exponent += remaining
                return round(distance, length, rest, unit: power << fractionBits)
            }
        }
        var (length, distance) = (length, distance)
        repeat {
            (fraction, length, distance) = (fraction * 10, length * 10, distance &* 10)
            append(fraction >> fractionBits)
            fraction &= 1 << fractionBits - 1
            exponent -= 1
        } while fraction >= length
        round(distance, length, fraction, unit: 1 << fractionBits)
    }

    private mutating func append(_ digit: UInt64) {
        if digit != 0 || !digits.isEmpty { digits.append(UInt8(ascii: "0") + UInt8(digit)) }
    }

    private mutating func round(_ distance: UInt64, _ length: UInt64, _ rest: UInt64, unit: UInt64) {
        var rest = rest
        while rest < distance, length - rest >= unit,
            rest + unit < distance || distance - rest > rest + unit - distance
        {
            digits[digits.count - 1] -= 1
            rest += unit
        }
    }

    var text: String {
        let digits = String(decoding: digits, as: UTF8.self)
        let point = digits.count + exponent
        func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
        if 0 <= exponent && point <= 21 { return digits + zeros(exponent) + ".0" }
        if 0 < point && point <= 21 { return digits.prefix(point) + "." + digits.dropFirst(point) }
        if -6 < point && point <= 0 { return "0." + zeros(-point) + digits }
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        return digits.prefix(1) + fraction + "e\(point - 1)"
    }
}
