import InferenceTesting
import JSONText
import Testing

@Suite struct JSONNumberTests {
    private func parse(_ text: String) throws -> Double {
        switch try JSONValue(parsing: text) {
        case .int64(let value): Double(value)
        case .uint64(let value): Double(value)
        case .double(let value): value
        default: .nan
        }
    }

    private func print(_ value: Double) -> String {
        var writer = JSONWriter()
        writer.number(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        "0.1", "123456789012345678901234567890", "2.2250738585072011e-308", "4.9406564584124654e-324",
        "2.4703282292062328e-324",
        "1.7976931348623157e308", "1.7976931348623158e308", "9007199254740993", "9007199254740993.0000000001", "1e22",
        "1e23",
        "8.5e-5", "0.35000000000000003", "0.10000000149011612", "123456789.123456789e-30",
        "0.000000000000000000000001e24",
        "100000000000000000000000e-23", "5e-324", "1e-323", "3.14159265358979323846264338327950288",
        "6.631236846766476e-316",
        "17976931348623157" + String(repeating: "0", count: 292),
    ])
    func decimalsAreRoundedToTheNearestDouble(text: String) throws {
        #expect(try parse(text) == Double(text))
    }

    @Test func digitsBeyondEveryBufferDecideOnlyTies() throws {
        // Halfway between 1 and its successor, then a digit far behind.
        let half = "1.00000000000000011102230246251565404236316680908203125"
        let zeros = String(repeating: "0", count: 2000)
        #expect(try parse(half) == 1)
        #expect(try parse(half + zeros + "1") == 1.0.nextUp)
        #expect(try parse(half + zeros) == 1)
        #expect(try parse("0." + zeros + "1e2001") == 1)
        #expect(try parse("1" + zeros + "e-2000") == 1)
    }

    @Test func randomDecimalsAreRoundedToTheNearestDouble() throws {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<4000 {
            let digits = generator.next() >> UInt64.random(in: 0..<60, using: &generator)
            let text = "\(digits)e\(Int.random(in: -345...288, using: &generator))"
            #expect(try parse(text) == Double(text))
        }
    }

    @Test func middlesBetweenDoublesAreRoundedToEven() throws {
        var generator = SeededGenerator(seed: 29)
        for _ in 0..<500 {
            // 2^53 to 2^63: the middle between two neighbours is an integer that can be written exactly.
            let exponent = UInt64.random(in: 1...10, using: &generator)
            let even = UInt64.random(in: 1 << 52..<1 << 53, using: &generator) << exponent
            let middle = even + 1 << (exponent - 1)
            for text in ["\(middle - 1).5", "\(middle).0", "\(middle).00000000000000000001", "\(middle + 1)e0"] {
                #expect(try parse(text) == Double(text))
            }
        }
    }

    @Test func randomDoublesMakeTheRoundTrip() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            let text = print(value)
            #expect(try parse(text) == value)
            #expect(Double(text) == value)
        }
        for _ in 0..<3000 {
            let value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())))
            guard value.isFinite else { continue }
            #expect(try parse(print(value)) == value)
        }
    }

    @Test func digitsAreTheShortestNearlyAlways() {
        var generator = SeededGenerator(seed: 11)
        var longer = 0
        var total = 0
        for _ in 0..<2000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            total += 1
            func digits(_ text: String) -> Int {
                let mantissa = text.prefix { $0 != "e" }.filter(\.isNumber)
                return mantissa.drop { $0 == "0" }.reversed().drop { $0 == "0" }.count
            }
            if digits(print(value)) > digits(value.description) { longer += 1 }
        }
        #expect(total > 1900)
        #expect(longer * 100 < total)
    }

    @Test(arguments: [
        (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"), (1e300, "1e300"), (1e21, "1e21"),
        (1e20, "100000000000000000000.0"), (123456789e12, "123456789000000000000.0"), (1.5e22, "1.5e22"),
        (1e-5, "0.00001"),
        (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (0.000123, "0.000123"), (123.123, "123.123"),
        (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e308"),
        (.infinity, "Infinity"),
        (-.infinity, "-Infinity"), (.nan, "NaN"), (12.34, "12.34"), (2251799813685248.5, "2251799813685248.5"),
    ])
    func doublesLookAsRapidJSONPrintsThem(value: Double, text: String) {
        #expect(print(value) == text)
    }

    @Test func floatsArePrintedAsTheDoubleTheyAre() {
        var writer = JSONWriter()
        writer.beginArray()
        for value: Float in [0.1, 1, .infinity, 16_777_216, .leastNonzeroMagnitude] { writer.number(value) }
        writer.endArray()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "[0.10000000149011612,1.0,Infinity,16777216.0,1.401298464324817e-45]")
    }
}
