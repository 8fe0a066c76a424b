/// Numbers as text, written to memory with room for `capacity` bytes more than it needs to be told of.
///
/// Doubles look as RapidJSON prints them: the digits of `ShortestDecimal`, always with a fraction or an exponent.
enum NumberText {
    /// No number takes more; some of it may be written to beyond the text.
    static let capacity = 48

    /// - Returns: the number of bytes written.
    @inline(__always)
    static func write(_ value: Double, to memory: UnsafeMutableRawPointer) -> Int {
        // Signs are as often there as not; a store that is written over costs less than a branch.
        memory.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        let sign = Int(truncatingIfNeeded: value.bitPattern &>> 63)
        let magnitude = value.magnitude
        if magnitude < 1e15 {
            // Of integers this long the digits are the shortest text already.
            let integer = Int64(magnitude)
            if Double(integer) == magnitude {
                let count = sign &+ write(magnitude: UInt64(truncatingIfNeeded: integer), to: memory + sign)
                return count &+ put(".0", memory + count)
            }
        }
        if magnitude < .infinity { return sign &+ write(ShortestDecimal(magnitude), to: memory + sign) }
        return value.isNaN ? put("NaN", memory) : sign &+ put("Infinity", memory + sign)
    }

    @inline(__always)
    static func write(_ value: some FixedWidthInteger, to memory: UnsafeMutableRawPointer) -> Int {
        guard value < 0 else { return write(magnitude: UInt64(truncatingIfNeeded: value), to: memory) }
        memory.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        return 1 &+ write(magnitude: UInt64(value.magnitude), to: memory + 1)
    }

    @inline(__always)
    private static func write(magnitude: UInt64, to memory: UnsafeMutableRawPointer) -> Int {
        let lower = magnitude % eightDigits
        if magnitude < eightDigits { return write(upToEightDigits: lower, to: memory) }
        let upper = magnitude / eightDigits
        let count: Int
        if upper < eightDigits {
            count = write(upToEightDigits: upper, to: memory)
        } else {
            count = 8 &+ write(upToEightDigits: upper / eightDigits, to: memory)
            store(EightCharacters.digits(upper % eightDigits), memory + (count &- 8))
        }
        store(EightCharacters.digits(lower), memory + count)
        return count &+ 8
    }

    @inline(__always)
    private static func write(upToEightDigits value: UInt64, to memory: UnsafeMutableRawPointer) -> Int {
        let word = EightCharacters.digits(value)
        let leadingZeros = min((word ^ EightCharacters.zeros).trailingZeroBitCount &>> 3, 7)
        store(word &>> UInt64(truncatingIfNeeded: 8 &* leadingZeros), memory)
        return 8 &- leadingZeros
    }

    /// Up to 21 digits before the point and up to six zeros after it are written out; beyond that an exponent is used.
    @inline(__always)
    private static func write(_ decimal: ShortestDecimal, to memory: UnsafeMutableRawPointer) -> Int {
        let point = decimal.pointPosition
        let count = decimal.count
        let digits = Digits(decimal)
        if point > -6 && point <= 0 {
            store(wordOfZeroAndPoint, memory)
            let zeros = 2 &- point
            digits.write(to: memory + zeros)
            return zeros &+ count
        }
        if point > 0 && point < count {
            digits.write(to: memory, pointAfter: point)
            return count &+ 1
        }
        if point >= count && point <= 21 {
            digits.write(to: memory)
            // Up to 17 digits the text has zeros already.
            store(EightCharacters.zeros, memory + 17)
            return point &+ put(".0", memory + point)
        }
        digits.write(to: memory, pointAfter: 1)
        var position = memory + (count > 1 ? count &+ 1 : 1)
        position.storeBytes(of: UInt8(ascii: "e"), as: UInt8.self)
        position += 1
        position += write(point &- 1, to: position)
        return position - memory
    }

    /// 17 characters: the digits, and zeros after them.
    private struct Digits {
        let first: UInt8
        let second: UInt64
        let third: UInt64

        @inline(__always)
        init(_ decimal: ShortestDecimal) {
            let digits = decimal.digits &* DecimalPowers.power(17 &- decimal.count)
            let upper = digits / eightDigits
            let top = upper / eightDigits
            first = UInt8(truncatingIfNeeded: top) &+ UInt8(ascii: "0")
            second = EightCharacters.digits(upper &- top &* eightDigits)
            third = EightCharacters.digits(digits &- upper &* eightDigits)
        }

        @inline(__always)
        func write(to memory: UnsafeMutableRawPointer) {
            memory.storeBytes(of: first, as: UInt8.self)
            store(second, memory + 1)
            store(third, memory + 9)
        }

        @inline(__always)
        func write(to memory: UnsafeMutableRawPointer, pointAfter count: Int) {
            write(to: memory + 1)
            if count < 8 {
                // The point goes in before the text is stored: reading back what was just written would wait for it.
                let head = UInt64(first) | second &<< 8
                let bits = UInt64(truncatingIfNeeded: 8 &* count)
                let before: UInt64 = 1 &<< bits &- 1
                store(head & before | UInt64(UInt8(ascii: ".")) &<< bits | (head & ~before) &<< 8, memory)
            } else {
                memory.copyMemory(from: memory + 1, byteCount: count)
                memory.storeBytes(of: UInt8(ascii: "."), toByteOffset: count, as: UInt8.self)
            }
        }
    }

    private static let eightDigits: UInt64 = 100_000_000

    /// `0.000000`
    private static let wordOfZeroAndPoint: UInt64 = 0x3030_3030_3030_2E30

    @inline(__always)
    private static func store(_ word: UInt64, _ memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: word.littleEndian, as: UInt64.self)
    }

    @inline(__always)
    static func put(_ text: StaticString, _ memory: UnsafeMutableRawPointer) -> Int {
        memory.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        return text.utf8CodeUnitCount
    }
}
