/// An unsigned floating-point number with 64 bits of significand: `significand` x 2^`exponent`.
struct ExtendedFloat {
    var significand: UInt64
    var exponent: Int

    /// The same value with the top bit of the significand set, unless it is zero.
    var normalized: ExtendedFloat {
        let shift = significand.leadingZeroBitCount
        guard shift < 64 else { return self }
        return ExtendedFloat(significand: significand << UInt64(shift), exponent: exponent - shift)
    }

    /// The upper half of the product, rounded.
    static func * (left: ExtendedFloat, right: ExtendedFloat) -> ExtendedFloat {
        let (high, low) = left.significand.multipliedFullWidth(by: right.significand)
        return ExtendedFloat(significand: high + low >> 63, exponent: left.exponent + right.exponent + 64)
    }
}
