/// Conversions of the 16-bit floating-point formats; they do not need a `Float16` type, which some platforms lack.
enum HalfPrecision {
    /// IEEE 754 binary16, rounded to nearest, ties to even; too large becomes infinity.
    static func binary16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
        let magnitude = bits & 0x7fff_ffff
        if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
        // 65520 is the smallest number that rounds to infinity.
        if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
        if magnitude >= 0x3880_0000 {
            let rounded = magnitude + 0xfff + (magnitude >> 13 & 1)
            return sign | UInt16(truncatingIfNeeded: (rounded - 0x3800_0000) >> 13)
        }
        // Subnormal: in units of 2^-24.
        let scaled = (Float(bitPattern: magnitude) * 16_777_216).rounded(.toNearestOrEven)
        return sign | UInt16(scaled)
    }

    static func value(binary16 half: UInt16) -> Float {
        let sign: Float = half & 0x8000 == 0 ? 1 : -1
        let exponent = Int(half >> 10 & 0x1f)
        let fraction = Float(half & 0x3ff)
        switch exponent {
        case 0: return sign * fraction / 16_777_216
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
        }
    }

    /// The upper half of a binary32, rounded to nearest, ties to even.
    static func bfloat16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        // A sum over the largest finite number carries into the exponent and so gives infinity.
        return UInt16(truncatingIfNeeded: (bits + 0x7fff + (bits >> 16 & 1)) >> 16)
    }

    static func value(bfloat16 half: UInt16) -> Float { Float(bitPattern: UInt32(half) << 16) }
}
