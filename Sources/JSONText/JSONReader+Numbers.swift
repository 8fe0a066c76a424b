extension JSONReader {
    /// The greatest power of ten that no significand of 19 digits makes too large for a double.
    static let safeExponent = 308 - 19

    /// Reads a number, or reports what should have been a value.
    mutating func scanNumber() throws(JSONError) -> JSONNumber {
        if let number = scanPlainNumber() { return number }
        return try scanAnyNumber()
    }

    private mutating func scanPlainNumber() -> JSONNumber? {
        guard bytes.count - offset > PlainNumber.lookahead, let base = bytes.baseAddress else { return nil }
        let start = offset
        var position = base + start
        guard let number = PlainNumber.scan(&position), number.exponent <= Self.safeExponent else { return nil }
        offset = position - base
        return JSONNumber(
            kind: number.isInteger ? .integer : .decimal, isNegative: number.isNegative,
            significand: number.significand, exponent: number.exponent, hasMoreDigits: false,
            text: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
    }

    private mutating func scanAnyNumber() throws(JSONError) -> JSONNumber {
        let start = offset
        let isNegative = nextByte == UInt8(ascii: "-")
        if isNegative { offset += 1 }

        if nextByte == UInt8(ascii: "N") || nextByte == UInt8(ascii: "I") {
            return try scanNonFinite(start: start, isNegative: isNegative)
        }

        var digits = SignificantDigits()
        if nextByte == UInt8(ascii: "0") {
            offset += 1
        } else {
            guard isDigit(nextByte) else { throw JSONError(.invalidValue, at: offset) }
            while isDigit(nextByte) {
                digits.append(nextByte, isFraction: false)
                offset += 1
            }
        }
        var kind = JSONNumber.Kind.integer
        if nextByte == UInt8(ascii: ".") {
            kind = .decimal
            offset += 1
            guard isDigit(nextByte) else { throw JSONError(.missingFraction, at: offset) }
            while isDigit(nextByte) {
                digits.append(nextByte, isFraction: true)
                offset += 1
            }
        }
        if nextByte == UInt8(ascii: "e") || nextByte == UInt8(ascii: "E") {
            kind = .decimal
            offset += 1
            digits.exponent += try scanExponent()
        }
        let number = JSONNumber(
            kind: kind, isNegative: isNegative, significand: digits.value, exponent: digits.exponent,
            hasMoreDigits: digits.hasMore, text: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
        // Only numbers near the limit need the conversion to tell.
        if digits.exponent > Self.safeExponent, number.double.isInfinite { throw JSONError(.numberTooBig, at: start) }
        return number
    }

    private mutating func scanExponent() throws(JSONError) -> Int {
        var isNegative = false
        if nextByte == UInt8(ascii: "+") || nextByte == UInt8(ascii: "-") {
            isNegative = nextByte == UInt8(ascii: "-")
            offset += 1
        }
        guard isDigit(nextByte) else { throw JSONError(.missingExponent, at: offset) }
        var value = 0
        while isDigit(nextByte) {
            // A text cannot have enough digits before the exponent to make up for one this large.
            if value < 1 << 48 { value = value * 10 + Int(nextByte - UInt8(ascii: "0")) }
            offset += 1
        }
        return isNegative ? -value : value
    }

    private mutating func scanNonFinite(start: Int, isNegative: Bool) throws(JSONError) -> JSONNumber {
        let kind: JSONNumber.Kind
        if nextByte == UInt8(ascii: "N") {
            try expect("NaN")
            kind = .nan
        } else {
            try expect("Inf")
            if nextByte == UInt8(ascii: "i") { try expect("inity") }
            kind = .infinity
        }
        return JSONNumber(
            kind: kind, isNegative: isNegative, significand: 0, exponent: 0, hasMoreDigits: false,
            text: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
    }

    private mutating func expect(_ literal: StaticString) throws(JSONError) {
        for index in 0..<literal.utf8CodeUnitCount {
            guard nextByte == literal.utf8Start[index] else { throw JSONError(.invalidValue, at: offset) }
            offset += 1
        }
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
}

/// The first 19 significant digits of a decimal number, and the power of ten that goes with them.
private struct SignificantDigits {
    var value: UInt64 = 0
    var exponent = 0
    var hasMore = false
    private var count = 0

    @inline(__always)
    mutating func append(_ byte: UInt8, isFraction: Bool) {
        if count < 19 {
            value = value * 10 + UInt64(byte &- UInt8(ascii: "0"))
            // Leading zeros are not significant.
            if value != 0 { count += 1 }
            if isFraction { exponent -= 1 }
        } else {
            hasMore = true
            if !isFraction { exponent += 1 }
        }
    }
}
