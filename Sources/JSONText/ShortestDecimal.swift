/// The decimal digits of a double by the Grisu2 algorithm (Florian Loitsch, "Printing Floating-Point Numbers Quickly and
/// Accurately with Integers", 2010): always read back as the same double, and the shortest such in 99.9 % of cases.
/// RapidJSON prints with the same algorithm, so the digits are the same as Triton's.
struct ShortestDecimal {
    /// The digits as one number, which is below 10^17.
    private(set) var digits: UInt64 = 0
    /// How many digits there are; the last ones may be zeros.
    private(set) var count = 0
    /// The value is 0.d1d2d3... x 10^`pointPosition`.
    private(set) var pointPosition = 0

    /// `value` must be finite and greater than zero.
    @inline(__always)
    init(_ value: Double) {
        let fraction = value.significandBitPattern
        let biasedExponent = Int(truncatingIfNeeded: value.exponentBitPattern)
        let isSubnormal = biasedExponent == 0
        let significand = isSubnormal ? fraction : fraction | 1 &<< 52
        let shift = isSubnormal ? fraction.leadingZeroBitCount : 11
        let exponent = max(biasedExponent, 1) &- 1075 &- shift

        // Every number nearer than half the way to a neighbour is read as `value`. The neighbour below a power of two is
        // half as far away as the one above.
        let exact = significand &<< UInt64(truncatingIfNeeded: shift)
        let half: UInt64 = 1 &<< UInt64(truncatingIfNeeded: shift &- 1)
        let halfBelow = fraction == 0 && biasedExponent > 1 ? half &>> 1 : half

        let index = Self.cachedPowerIndex(for: exponent)
        let power = CachedPowersOfTen.power(index)
        // Both bounds move inwards by what the products may be wrong by.
        let interval = Interval(
            high: Self.product(exact &+ half, power.significand) &- 1,
            low: Self.product(exact &- halfBelow, power.significand) &+ 1,
            scaled: Self.product(exact, power.significand),
            fractionBits: UInt64(truncatingIfNeeded: 0 &- (exponent &+ power.exponent &+ 64)))
        pointPosition = 0 &- (CachedPowersOfTen.firstExponent &+ index &* CachedPowersOfTen.step)
        if !generateAtOnce(interval) { generate(interval) }
        pointPosition &+= count
    }

    /// The upper half of the product, rounded.
    @inline(__always)
    private static func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high &+ low &>> 63
    }

    /// The numbers that are read back as the same double, with a binary point.
    private struct Interval {
        let high: UInt64
        let low: UInt64
        /// The double itself.
        let scaled: UInt64
        /// From 32 to 60.
        let fractionBits: UInt64

        @inline(__always) var integer: UInt64 { high &>> fractionBits }
        @inline(__always) var fraction: UInt64 { high & (one &- 1) }
        @inline(__always) var one: UInt64 { 1 &<< fractionBits }
        @inline(__always) var length: UInt64 { high &- low }
        @inline(__always) var distance: UInt64 { high &- scaled }
    }

    /// What `generate` does, for values with 15 to 17 digits: one multiplication gives all digits but the last one or two.
    /// That it does not go too far is seen from the rest: once the rest fits into the interval, it does so ever after.
    ///
    /// - Returns: whether it could be done.
    @inline(__always)
    private mutating func generateAtOnce(_ interval: Interval) -> Bool {
        // That long is the interval of normal numbers at most. From here on a rest that fits can only be one behind the point.
        guard interval.length <= 1 &<< 11, interval.fraction > interval.length else { return false }
        // As many digits as are needed until the interval is at least a tenth of a unit of the last one.
        // 1233 / 2^12 is the decimal logarithm of two, rounded down.
        let estimate = Int(truncatingIfNeeded: ((interval.fractionBits &- 11) &* 1233) &>> 12)
        let isTooFew = interval.length &* DecimalPowers.power(estimate &+ 1) <= interval.one
        let known = estimate &- (isTooFew ? 0 : 1)
        let scale = DecimalPowers.power(known)
        let product = interval.fraction.multipliedFullWidth(by: scale)
        var fraction = product.low & (interval.one &- 1)
        let length = interval.length &* scale
        guard fraction >= length else { return false }

        let behindPoint =
            product.high &<< (64 &- interval.fractionBits) | product.low &>> interval.fractionBits
        let first = interval.integer &* scale &+ behindPoint
        let second = nextDigit(first, &fraction, interval)
        let secondFraction = fraction
        let third = nextDigit(second, &fraction, interval)
        // Which of both it is cannot be foreseen, so both are at hand and a mask chooses: that costs less than a branch.
        let needsThird: UInt64 = secondFraction >= length &* 10 ? 1 : 0
        let mask = 0 &- needsThird
        let unitScale = 10 &+ (90 & mask)
        let unitLength = length &* unitScale
        let rest = secondFraction ^ (secondFraction ^ fraction) & mask
        let produced = second ^ (second ^ third) & mask
        guard rest < unitLength, produced >= 100_000_000_000_000 else { return false }
        digits = produced
        count =
            15 &+ (produced >= 1_000_000_000_000_000 ? 1 : 0) &+ (produced >= 10_000_000_000_000_000 ? 1 : 0)
        pointPosition &-= known &+ 1 &+ Int(truncatingIfNeeded: needsThird)
        roundLast(
            distance: interval.distance &* scale &* unitScale, interval: unitLength, rest: rest,
            unitBits: interval.fractionBits)
        return true
    }

    @inline(__always)
    private func nextDigit(_ digits: UInt64, _ fraction: inout UInt64, _ interval: Interval) -> UInt64 {
        let tenfold = fraction &* 10
        fraction = tenfold & (interval.one &- 1)
        return digits &* 10 &+ tenfold &>> interval.fractionBits
    }

    /// Produces digits of the upper bound until what is left of it is inside the interval, then moves the last digit towards
    /// the value. `pointPosition` changes by the digits of the integer part that were not produced.
    private mutating func generate(_ interval: Interval) {
        let fractionBits = interval.fractionBits
        let distance = interval.distance
        var length = interval.length
        var integer = interval.integer
        var fraction = interval.fraction
        var remaining = DecimalPowers.digitCount(integer)
        while remaining > 0 {
            remaining -= 1
            let power = DecimalPowers.power(remaining)
            append(integer / power)
            integer %= power
            let rest = integer << fractionBits + fraction
            if rest <= length {
                pointPosition += remaining
                roundLast(distance: distance, interval: length, rest: rest, unit: power << fractionBits)
                return
            }
        }
        var scale: UInt64 = 1
        repeat {
            fraction *= 10
            length *= 10
            scale = scale &* 10
            append(fraction >> fractionBits)
            fraction &= interval.one - 1
            pointPosition -= 1
        } while fraction >= length
        roundLast(distance: distance &* scale, interval: length, rest: fraction, unit: interval.one)
    }

    private mutating func append(_ digit: UInt64) {
        if digit != 0 || count != 0 {
            digits = digits &* 10 &+ digit
            count += 1
        }
    }

    /// Subtracts from the last digit, whose unit is `unit`, as long as that brings the rest nearer to `distance` and keeps it
    /// inside the interval.
    private mutating func roundLast(distance: UInt64, interval: UInt64, rest: UInt64, unit: UInt64) {
        var rest = rest
        while rest < distance, interval - rest >= unit,
            rest &+ unit < distance || distance - rest > rest &+ unit - distance
        {
            digits -= 1
            rest += unit
        }
    }

    /// The same for a unit that is a power of two, without a loop.
    @inline(__always)
    private mutating func roundLast(distance: UInt64, interval: UInt64, rest: UInt64, unitBits: UInt64) {
        let gap = distance > rest ? distance &- rest : 0
        // These stop short of `distance`, and so inside the interval; one more may go beyond.
        let steps = gap &>> unitBits
        let unit: UInt64 = 1 &<< unitBits
        let remaining = gap & (unit &- 1)
        let reached = rest &+ steps &<< unitBits
        let isNearer: UInt64 = remaining > unit &- remaining ? 1 : 0
        let isInside: UInt64 = interval &- reached >= unit ? 1 : 0
        digits = digits &- steps &- isNearer & isInside
    }

    /// The index of a power of ten by which a number with that binary exponent gets an integer part of 4 to 32 bits.
    @inline(__always)
    private static func cachedPowerIndex(for exponent: Int) -> Int {
        // 1292913986 / 2^32 is the decimal logarithm of two.
        let quotient = (-61 &- exponent) &* 1_292_913_986
        let roundedUp = 0 &- (0 &- quotient) &>> 32
        return (roundedUp &+ 347) &>> 3 &+ 1
    }
}
