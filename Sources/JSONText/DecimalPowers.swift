/// Powers of ten that fit in 64 bits.
enum DecimalPowers {
    /// 10^`exponent`, which is from 0 to 19.
    @inline(__always)
    static func power(_ exponent: Int) -> UInt64 { powers[exponent] }

    /// How many digits a number below 2^32 has; at least 1.
    @inline(__always)
    static func digitCount(_ value: UInt64) -> Int {
        // 1233 / 2^12 is the decimal logarithm of two: right, or one too few.
        let bits = 64 &- (value | 1).leadingZeroBitCount
        let estimate = (bits &* 1233) &>> 12
        return value >= powers[estimate] || estimate == 0 ? estimate &+ 1 : estimate
    }

    private static let powers: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]
}
