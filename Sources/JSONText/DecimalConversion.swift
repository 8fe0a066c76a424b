#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Decimal numbers of any length to the nearest floating-point number.
enum DecimalConversion {
    /// More significant digits than this cannot change the nearest double, beyond whether any of them is not zero.
    private static let maximumDigits = 770

    /// The bit pattern of the number of that format nearest to the magnitude of `number`, which is finite.
    static func bitPattern(_ number: JSONNumber, _ format: BinaryFormat) -> UInt64 {
        PowersOfFive.significands.withUnsafeBufferPointer { powers in
            let pattern = EiselLemire.bitPattern(
                significand: number.significand, exponent: number.exponent, format, powers)
            guard number.hasMoreDigits else { return pattern }
            // The digits that were left out matter only if their greatest value would.
            let next = EiselLemire.bitPattern(
                significand: number.significand + 1, exponent: number.exponent, format, powers)
            return pattern == next ? pattern : bitPattern(digitsOf: number.text, format)
        }
    }

    /// Looks at all digits of a number that is written as JSON allows.
    private static func bitPattern(digitsOf text: UnsafeRawBufferPointer, _ format: BinaryFormat) -> UInt64 {
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
            return convert(buffer, &count, exponent: exponent, format)
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
        _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int, exponent: Int, _ format: BinaryFormat
    ) -> UInt64 {
        let limited = min(max(exponent, -99_999), 99_999)
        buffer[count] = UInt8(ascii: "e")
        buffer[count + 1] = limited < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        count += 2
        appendDigits(of: UInt64(limited.magnitude), to: buffer, &count)
        buffer[count] = 0
        return buffer.withMemoryRebound(to: CChar.self) { text in
            guard let start = text.baseAddress else { return 0 }
            switch format {
            case .float: return UInt64(strtof(start, nil).bitPattern)
            case .double: return strtod(start, nil).bitPattern
            }
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
}
