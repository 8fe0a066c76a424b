/// The decimal digits of a double by the Grisu2 algorithm (Florian Loitsch, "Printing Floating-Point Numbers Quickly and
/// Accurately with Integers", 2010): always read back as the same double, and the shortest such in 99.9 % of cases.
/// RapidJSON prints with the same algorithm, so the digits are the same as Triton's.
struct ShortestDecimal {
    /// The value is 0.d1d2d3... x 10^`pointPosition`.
    private(set) var pointPosition = 0
    private(set) var count = 0
    /// ASCII digits, as the bytes of three words: 17 digits at most.
    private var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)

    /// `value` must be finite and greater than zero.
    init(_ value: Double) {
        let isSubnormal = value.exponentBitPattern == 0
        let hidden: UInt64 = 1 << 52
        let fraction = value.significandBitPattern
        let exact = ExtendedFloat(
            significand: isSubnormal ? fraction : fraction | hidden,
            exponent: Int(isSubnormal ? 1 : value.exponentBitPattern) - 1075)

        let upper = ExtendedFloat(significand: exact.significand << 1 | 1, exponent: exact.exponent - 1).normalized
        // Below a power of two the neighbours lie half as far apart.
        let isPowerOfTwo = fraction == 0 && value.exponentBitPattern > 1
        var lower =
            isPowerOfTwo
            ? ExtendedFloat(significand: exact.significand << 2 - 1, exponent: exact.exponent - 2)
            : ExtendedFloat(significand: exact.significand << 1 - 1, exponent: exact.exponent - 1)
        lower.significand <<= UInt64(lower.exponent - upper.exponent)
        lower.exponent = upper.exponent

        let (power, decimalExponent) = Self.cachedPower(for: upper.exponent)
        let scaled = exact.normalized * power
        let high = upper * power
        let low = lower * power
        pointPosition = decimalExponent
        generate(scaled, high: high.significand - 1, exponent: high.exponent, low: low.significand + 1)
        pointPosition += count
    }

    /// Calls `body` with the digits.
    func withDigits<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        withUnsafeBytes(of: digits) { bytes in body(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
    }

    private mutating func append(_ digit: UInt64) {
        let position = count
        withUnsafeMutableBytes(of: &digits) { $0[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit) }
        count += 1
    }

    /// Produces digits of `high` until what is left of it is inside the interval, then moves the last digit towards `scaled`.
    /// `pointPosition` grows by the digits of the integer part that were not produced.
    private mutating func generate(_ scaled: ExtendedFloat, high: UInt64, exponent: Int, low: UInt64) {
        let fractionBits = UInt64(-exponent)
        let one = UInt64(1) << fractionBits
        let distance = high - scaled.significand
        var interval = high - low
        var integer = high >> fractionBits
        var fraction = high & (one - 1)
        var remaining = Self.decimalDigitCount(integer)
        var power = Self.powersOfTen[remaining - 1]
        while remaining > 0 {
            let digit = integer / power
            integer %= power
            if digit != 0 || count != 0 { append(digit) }
            remaining -= 1
            let rest = integer << fractionBits + fraction
            if rest <= interval {
                pointPosition += remaining
                roundLast(distance: distance, interval: interval, rest: rest, unit: power << fractionBits)
                return
            }
            power /= 10
        }
        var scale: UInt64 = 1
        while true {
            fraction *= 10
            interval *= 10
            scale = scale &* 10
            let digit = fraction >> fractionBits
            if digit != 0 || count != 0 { append(digit) }
            fraction &= one - 1
            pointPosition -= 1
            if fraction < interval {
                roundLast(distance: distance &* scale, interval: interval, rest: fraction, unit: one)
                return
            }
        }
    }

    private mutating func roundLast(distance: UInt64, interval: UInt64, rest: UInt64, unit: UInt64) {
        var rest = rest
        var decrement: UInt8 = 0
        while rest < distance, interval - rest >= unit,
            rest &+ unit < distance || distance - rest > rest &+ unit - distance
        {
            decrement += 1
            rest += unit
        }
        let position = count - 1
        withUnsafeMutableBytes(of: &digits) { $0[position] -= decrement }
    }

    /// A power c of ten such that 2^exponent * c has a binary exponent that leaves the integer part 32 bits, and minus its
    /// decimal exponent.
    private static func cachedPower(for exponent: Int) -> (ExtendedFloat, decimalExponent: Int) {
        let target = (Double(-61 - exponent) * 0.301_029_995_663_981_14 + 347).rounded(.up)
        let index = Int(target) >> 3 + 1
        let power = CachedPowersOfTen.power(index)
        return (power, -(CachedPowersOfTen.firstExponent + index * CachedPowersOfTen.step))
    }

    private static let powersOfTen: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// Of a number below 2^32; at least 1.
    private static func decimalDigitCount(_ value: UInt64) -> Int {
        var count = 1
        while count < powersOfTen.count && value >= powersOfTen[count] { count += 1 }
        return count
    }
}
