import InferenceTesting
import JSONText
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Numbers are read bit for bit as the C library reads them, which rounds correctly.
@Suite struct NumberConversionTests {
    /// With spaces behind it the number is read eight digits at a time, without them one by one.
    private func read(_ text: String, padding: Int) throws -> (double: Double, float: Float) {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0x20, count: padding)
        return try bytes.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            guard case .number(let number) = try reader.next() else { return (.nan, .nan) }
            return (number.double, number.float)
        }
    }

    private func expectExact(_ text: String) throws {
        let double = strtod(text, nil)
        let float = strtof(text, nil)
        guard double.isFinite else {
            #expect(throws: JSONError.self, "\(text)") { try read(text, padding: 100) }
            return
        }
        for padding in [0, 100] {
            let value = try read(text, padding: padding)
            // As an integer, -0 is 0.
            let isZero = double == 0 && !text.contains { ".eE".contains($0) }
            #expect(value.double.bitPattern == (isZero ? 0 : double.bitPattern), "\(text) as a double")
            #expect(value.float.bitPattern == (isZero ? 0 : float.bitPattern), "\(text) as a float")
        }
    }

    @Test func randomDoublesAndFloats() throws {
        var generator = SeededGenerator(seed: 101)
        for _ in 0..<8000 {
            let double = Double(bitPattern: generator.next())
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            if double.isFinite { try expectExact(double.description) }
            if float.isFinite {
                try expectExact(float.description)
                try expectExact(Double(float).description)
            }
        }
    }

    @Test func randomDigitsAndExponents() throws {
        var generator = SeededGenerator(seed: 103)
        for _ in 0..<8000 {
            var digits = "\(generator.next() >> UInt64.random(in: 0..<64, using: &generator) | 1)"
            if Bool.random(using: &generator) {
                digits += "\(generator.next())"
            }
            if digits.count > 1, Bool.random(using: &generator) {
                let point = Int.random(in: 1..<digits.count, using: &generator)
                digits.insert(".", at: digits.index(digits.startIndex, offsetBy: point))
            }
            try expectExact("\(digits)e\(Int.random(in: -400...320, using: &generator))")
            try expectExact("-\(digits)E+\(Int.random(in: 0...40, using: &generator))")
            try expectExact("0.\(generator.next())")
        }
    }

    @Test func middlesBetweenNeighbours() throws {
        var generator = SeededGenerator(seed: 107)
        for _ in 0..<500 {
            // The middle between two floats is a double, and its decimal digits end.
            let pattern = UInt32.random(in: 1..<0x7F7F_FFFF, using: &generator)
            let lower = Double(Float(bitPattern: pattern))
            let middle = (lower + Double(Float(bitPattern: pattern + 1))) / 2
            let digits = exactDecimal(middle)
            for text in [
                digits, digits + "1", digits.dropLast() + "4999", digits + String(repeating: "0", count: 800) + "1",
            ] {
                try expectExact(String(text))
            }
        }
    }

    /// All digits of a positive number, by the C library.
    private func exactDecimal(_ value: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 1200)
        let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.1074f", $0) }
        var digits = String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        while digits.hasSuffix("00") { digits.removeLast() }
        return digits
    }

    @Test(arguments: [
        "0", "-0", "0.0", "-0.0", "0e400", "-0e-400", "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
        "4.9406564584124654e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "1e-400", "1e-99999", "1e400",
        "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "17976931348623157e292",
        "1.1754943508222875e-38", "1.1754942e-38", "1.4e-45", "7e-46", "7.006492321624085e-46",
        "7.0064923216240853546186479164496e-46", "7.0064923216240853546186479164497e-46", "3.4028234663852886e38",
        "3.4028235677973366e38", "3.4028235677973365e38", "3.4028236e38", "1e39", "16777217", "16777217.0000000001",
        "16777219", "33554434", "33554435", "9007199254740993", "9007199254740993.0000000000001",
        "18446744073709551615",
        "18446744073709551616", "9999999999999999999", "12345678901234567890", "0.1", "1e23", "8.98846567431158e307",
        "0.000000000000000000000000000000000000011754943508222875", "1e0000000000000000000000001", "1E-00001",
        "123456789012345678901234567890e-60",
    ])
    func edges(text: String) throws {
        try expectExact(text)
    }

    @Test func aMillionDigitsTakeNoLongerThanReadingThem() throws {
        let zeros = String(repeating: "0", count: 1_000_000)
        #expect(try read("1" + zeros + "e-1000000", padding: 0).double == 1)
        #expect(try read("0." + zeros + "1e1000001", padding: 0).double == 1)
        let threes = try read("0." + String(repeating: "3", count: 1_000_000), padding: 0)
        #expect(threes.double == 1.0 / 3)
        #expect(threes.float == 1.0 / 3)
        #expect(throws: JSONError.self) { try read("1" + zeros, padding: 0) }
    }
}
