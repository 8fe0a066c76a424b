#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Decimal numbers to the nearest double.
enum DecimalConversion {
    /// More significant digits than this cannot change the nearest double, beyond whether any of them is not zero.
    private static let maximumDigits = 770

    /// The nearest double to `significand` x 10^`exponent`.
    static func double(significand: UInt64, exponent: Int) -> Double {
        if significand == 0 { return 0 }
        // Both factors are exact in this range, so that the one rounding of the operation is the right one.
        if significand <= 1 << 53 {
            if exponent == 0 { return Double(significand) }
            if exponent > 0 && exponent <= 22 { return Double(significand) * power(exponent) }
            if exponent < 0 && exponent >= -22 { return Double(significand) / power(-exponent) }
        }
        if let value = estimate(significand: significand, exponent: exponent) { return value }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            var count = 0
            appendDigits(of: significand, to: buffer, &count)
            return convert(buffer, &count, exponent: exponent)
        }
    }

    /// The nearest double by 64-bit arithmetic, or `nil` if its error might change the result: near the middle between two
    /// doubles, and for values that are subnormal or close to overflow. About one number in a hundred.
    private static func estimate(significand: UInt64, exponent: Int) -> Double? {
        let distance = exponent - CachedPowersOfTen.firstExponent
        guard distance >= 0, distance / CachedPowersOfTen.step < CachedPowersOfTen.significands.count else {
            return nil
        }
        let scaled =
            ExtendedFloat(significand: significand, exponent: 0).normalized
            * ExtendedFloat(significand: smallPowers[distance % CachedPowersOfTen.step], exponent: 0).normalized
        let product = (scaled.normalized * CachedPowersOfTen.power(distance / CachedPowersOfTen.step)).normalized

        // Both products and the power are rounded by half a unit each, which normalizing doubles at most: 4 units in all.
        let error: UInt64 = 5
        let half: UInt64 = 1 << 10
        let rest = product.significand & (1 << 11 - 1)
        guard rest < half - error || rest > half + error else { return nil }
        let rounded = product.significand >> 11 + (rest > half ? 1 : 0)
        let biasedExponent = product.exponent + 11 + 52 + 1023
        guard biasedExponent > 0, biasedExponent < 2046 else { return nil }
        // Adding lets a significand that was rounded up to 2^53 carry into the exponent.
        return Double(bitPattern: UInt64(biasedExponent) << 52 + (rounded - 1 << 52))
    }

    private static let smallPowers: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]

    /// The nearest double to the magnitude of a number of any length, written as JSON allows.
    static func double(digitsOf text: UnsafeRawBufferPointer) -> Double {
        withUnsafeTemporaryAllocation(byteCount: maximumDigits + 64, alignment: 1) { buffer in
            var count = 0
            var exponent = 0
            var isFraction = false
            var droppedNonzero = false
            var position = 0
            scan: while position < text.count {
                let byte = text[position]
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    if count > 0 || byte != UInt8(ascii: "0") {
                        if count < maximumDigits {
                            buffer[count] = byte
                            count += 1
                            if isFraction { exponent -= 1 }
                        } else {
                            droppedNonzero = droppedNonzero || byte != UInt8(ascii: "0")
                            if !isFraction { exponent += 1 }
                        }
                    } else if isFraction {
                        exponent -= 1
                    }
                case UInt8(ascii: "."):
                    isFraction = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"):
                    exponent += parseExponent(text[(position + 1)...])
                    break scan
                default:
                    break
                }
                position += 1
            }
            if count == 0 { return 0 }
            if droppedNonzero {
                buffer[count] = UInt8(ascii: "1")
                count += 1
                exponent -= 1
            }
            return convert(buffer, &count, exponent: exponent)
        }
    }

    private static func parseExponent(_ text: Slice<UnsafeRawBufferPointer>) -> Int {
        var value = 0
        var isNegative = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if value < 1 << 48 { value = value * 10 + Int(byte - UInt8(ascii: "0")) }
            default: break
            }
        }
        return isNegative ? -value : value
    }

    /// Appends the exponent and a NUL to the digits. Without a decimal point the result does not depend on the locale.
    private static func convert(
        _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int, exponent: Int
    ) -> Double {
        let limited = min(max(exponent, -99_999), 99_999)
        buffer[count] = UInt8(ascii: "e")
        buffer[count + 1] = limited < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        count += 2
        appendDigits(of: UInt64(limited.magnitude), to: buffer, &count)
        buffer[count] = 0
        return buffer.withMemoryRebound(to: CChar.self) { text in
            guard let start = text.baseAddress else { return .nan }
            return strtod(start, nil)
        }
    }

    private static func appendDigits(
        of value: UInt64, to buffer: UnsafeMutableRawBufferPointer, _ count: inout Int
    ) {
        let start = count
        var rest = value
        repeat {
            buffer[count] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
            count += 1
        } while rest != 0
        var written = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<count])
        written.reverse()
    }

    private static func power(_ exponent: Int) -> Double {
        var result = 1.0
        var base = 10.0
        var rest = exponent
        // Every power of ten up to 10^22 is a double, and so is every intermediate result.
        while rest > 0 {
            if rest & 1 == 1 { result *= base }
            rest >>= 1
            if rest > 0 { base *= base }
        }
        return result
    }
}
