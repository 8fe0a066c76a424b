/// A number as it stands in a JSON text. Conversions are done when asked for, so that skipping costs only the scan.
///
/// Valid for as long as the text that it was read from.
public struct JSONNumber {
    enum Kind { case integer, decimal, nan, infinity }

    let kind: Kind
    let isNegative: Bool
    /// The first 19 significant digits.
    let significand: UInt64
    /// The power of ten to multiply `significand` with.
    let exponent: Int
    /// Whether there are more than 19 significant digits.
    let hasMoreDigits: Bool
    /// The whole number, for conversions that need every digit.
    let text: UnsafeRawBufferPointer

    /// The value if it is written as an integer and fits.
    public var int64: Int64? {
        guard kind == .integer, let magnitude else { return nil }
        if isNegative {
            return magnitude <= UInt64(1) << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
        }
        return Int64(exactly: magnitude)
    }

    /// The value if it is written as an integer, is not negative, and fits.
    public var uint64: UInt64? {
        guard kind == .integer, let magnitude, !isNegative || magnitude == 0 else { return nil }
        return magnitude
    }

    /// The nearest double.
    public var double: Double {
        let magnitude: Double
        switch kind {
        case .nan: return .nan
        case .infinity: magnitude = .infinity
        case .integer, .decimal: magnitude = Double(bitPattern: DecimalConversion.bitPattern(self, .double))
        }
        // As an integer, -0 is 0.
        return isNegative && (magnitude != 0 || kind != .integer) ? -magnitude : magnitude
    }

    /// The nearest float, rounded once.
    public var float: Float {
        let magnitude: Float
        switch kind {
        case .nan: return .nan
        case .infinity: magnitude = .infinity
        case .integer, .decimal:
            magnitude = Float(
                bitPattern: UInt32(truncatingIfNeeded: DecimalConversion.bitPattern(self, .float)))
        }
        return isNegative && (magnitude != 0 || kind != .integer) ? -magnitude : magnitude
    }

    private var magnitude: UInt64? {
        guard hasMoreDigits else { return exponent == 0 ? significand : nil }
        // Twenty digits may still fit in 64 bits.
        var value: UInt64 = 0
        for byte in text where byte != UInt8(ascii: "-") {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
