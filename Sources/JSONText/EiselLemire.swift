/// Decimal numbers with up to 64 bits of significand to the nearest binary floating-point number, by one or two
/// multiplications with a power of five (Daniel Lemire, "Number Parsing at a Gigabyte per Second", 2021). That this never
/// needs more precision: Noble Mushtak and Daniel Lemire, "Fast Number Parsing Without Fallback", 2023.
enum EiselLemire {
    /// The bit pattern of the number of that format nearest to `significand` x 10^`exponent`; that of infinity if it is too
    /// large.
    ///
    /// - Parameter powers: `PowersOfFive.significands`.
    @inline(__always)
    static func bitPattern(
        significand: UInt64, exponent: Int, _ format: BinaryFormat, _ powers: UnsafeBufferPointer<UInt64>
    ) -> UInt64 {
        let infinity = UInt64(truncatingIfNeeded: format.infinityExponent) &<< UInt64(format.significandBits)
        if significand == 0 || exponent < PowersOfFive.exponents.lowerBound { return 0 }
        if exponent > PowersOfFive.exponents.upperBound { return infinity }

        let leadingZeros = significand.leadingZeroBitCount
        let index = 2 &* (exponent &- PowersOfFive.exponents.lowerBound)
        let normalized = significand &<< UInt64(leadingZeros)
        var (high, low) = normalized.multipliedFullWidth(by: powers[index])
        // The lower word of the power matters only if it might carry into the bits that decide.
        let undecided = UInt64.max &>> UInt64(format.significandBits &+ 3)
        if high & undecided == undecided {
            let carry = normalized.multipliedFullWidth(by: powers[index &+ 1]).high
            low = low &+ carry
            if carry > low { high &+= 1 }
        }

        // One bit more than the significand has, to round by.
        let upperBit = Int(high &>> 63)
        let shift = UInt64(truncatingIfNeeded: upperBit &+ 61 &- format.significandBits)
        var rounded = high &>> shift
        // 217706 / 2^16 is the logarithm of ten to the base of two.
        var biasedExponent = (217_706 &* exponent) &>> 16 &+ 63 &+ upperBit &- leadingZeros &+ format.exponentBias
        if biasedExponent <= 0 {
            let distance = 1 &- biasedExponent
            guard distance < 64 else { return 0 }
            rounded &>>= UInt64(truncatingIfNeeded: distance)
            rounded = (rounded &+ rounded & 1) &>> 1
            // Rounded up to the smallest normal number, the carry is its exponent.
            return rounded
        }
        // Exactly in the middle: to even. Otherwise half and more goes up.
        if low <= 1, rounded & 3 == 1, format.tieExponents.contains(exponent), rounded &<< shift == high {
            rounded &= ~1
        }
        rounded = (rounded &+ rounded & 1) &>> 1
        if rounded &>> UInt64(truncatingIfNeeded: format.significandBits &+ 1) != 0 {
            rounded &>>= 1
            biasedExponent &+= 1
        }
        if biasedExponent >= format.infinityExponent { return infinity }
        let fraction = rounded & ~(1 &<< UInt64(truncatingIfNeeded: format.significandBits))
        return UInt64(truncatingIfNeeded: biasedExponent) &<< UInt64(format.significandBits) | fraction
    }
}
