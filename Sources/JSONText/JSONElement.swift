/// What the elements of an array of numbers become in memory: little-endian values without gaps.
public enum JSONElement: Sendable, Hashable {
    /// A byte each, 0 or 1.
    case bool
    case uint8, uint16, uint32, uint64
    case int8, int16, int32, int64
    case float, double
}

/// A type that `JSONReader.readElements` stores.
protocol JSONElementValue: BitwiseCopyable {
    /// `nil` if the number is not of the type's kind. Integers that are too long are cut to the type's width.
    static func make(_ number: JSONNumber) -> Self?
    static func make(_ number: PlainNumber, _ powers: UnsafeBufferPointer<UInt64>) -> Self?
}

extension JSONElementValue where Self: FixedWidthInteger & SignedInteger {
    @inline(__always)
    static func make(_ number: JSONNumber) -> Self? { number.int64.map { Self(truncatingIfNeeded: $0) } }

    @inline(__always)
    static func make(_ number: PlainNumber, _: UnsafeBufferPointer<UInt64>) -> Self? {
        let limit = UInt64(Int64.max) &+ (number.isNegative ? 1 : 0)
        guard number.isInteger, number.significand <= limit else { return nil }
        return Self(truncatingIfNeeded: number.isNegative ? 0 &- number.significand : number.significand)
    }
}

extension JSONElementValue where Self: FixedWidthInteger & UnsignedInteger {
    @inline(__always)
    static func make(_ number: JSONNumber) -> Self? { number.uint64.map { Self(truncatingIfNeeded: $0) } }

    @inline(__always)
    static func make(_ number: PlainNumber, _: UnsafeBufferPointer<UInt64>) -> Self? {
        guard number.isInteger, !number.isNegative || number.significand == 0 else { return nil }
        return Self(truncatingIfNeeded: number.significand)
    }
}

extension Int8: JSONElementValue {}
extension Int16: JSONElementValue {}
extension Int32: JSONElementValue {}
extension Int64: JSONElementValue {}
extension UInt8: JSONElementValue {}
extension UInt16: JSONElementValue {}
extension UInt32: JSONElementValue {}
extension UInt64: JSONElementValue {}

extension Double: JSONElementValue {
    @inline(__always)
    static func make(_ number: JSONNumber) -> Double? { number.double }

    @inline(__always)
    static func make(_ number: PlainNumber, _ powers: UnsafeBufferPointer<UInt64>) -> Double? {
        // As an integer, -0 is 0.
        let isNegative = number.isNegative && !(number.isInteger && number.significand == 0)
        let magnitude = EiselLemire.bitPattern(
            significand: number.significand, exponent: number.exponent, .double, powers)
        return Double(bitPattern: magnitude | (isNegative ? 1 &<< 63 : 0))
    }
}

extension Float: JSONElementValue {
    @inline(__always)
    static func make(_ number: JSONNumber) -> Float? { number.float }

    @inline(__always)
    static func make(_ number: PlainNumber, _ powers: UnsafeBufferPointer<UInt64>) -> Float? {
        let isNegative = number.isNegative && !(number.isInteger && number.significand == 0)
        let magnitude = EiselLemire.bitPattern(
            significand: number.significand, exponent: number.exponent, .float, powers)
        return Float(bitPattern: UInt32(truncatingIfNeeded: magnitude) | (isNegative ? 1 &<< 31 : 0))
    }
}
