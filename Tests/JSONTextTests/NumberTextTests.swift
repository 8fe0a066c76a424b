import InferenceTesting
import JSONText
import Testing

/// Numbers are printed character for character as by the algorithm that RapidJSON uses, done here step by step.
@Suite struct NumberTextTests {
    private func print(_ value: Double) -> String {
        var writer = JSONWriter()
        writer.number(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func expectSame(_ value: Double) {
        guard value.isFinite, value != 0 else { return }
        let expected = (value < 0 ? "-" : "") + PlainGrisu2(value.magnitude).text
        let text = print(value)
        if text != expected { Issue.record("\(value) is \(text) instead of \(expected)") }
    }

    @Test func randomDoubles() {
        var generator = SeededGenerator(seed: 211)
        for _ in 0..<30_000 { expectSame(Double(bitPattern: generator.next())) }
    }

    @Test func randomFloats() {
        var generator = SeededGenerator(seed: 223)
        for _ in 0..<20_000 {
            expectSame(Double(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))))
            expectSame(Double(Float.random(in: -1000...1000, using: &generator)))
        }
    }

    @Test func fewDigitsPowersAndNeighbours() {
        var generator = SeededGenerator(seed: 227)
        for _ in 0..<10_000 {
            let integer = Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<63, using: &generator)
            for divisor in [1.0, 10, 1000, 1024, 1e-20, 1e20] { expectSame(Double(integer) / divisor) }
        }
        for exponent in -1074...1023 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            for value in [power, power.nextUp, power.nextDown] { expectSame(value) }
        }
        for exponent in -323...308 {
            guard let power = Double("1e\(exponent)") else { continue }
            for value in [power, power.nextUp, power.nextDown] { expectSame(value) }
        }
    }

    @Test(arguments: [
        (JSONElement.bool, [UInt8]([0, 1, 2]), "[false,true,true]"), (.uint8, [0, 9, 255], "[0,9,255]"),
        (.int8, [0, 127, 128, 255], "[0,127,-128,-1]"), (.uint16, [0xFF, 0xFF, 1, 0, 9], "[65535,1]"),
        (.int16, [0xFF, 0x7F, 0, 0x80], "[32767,-32768]"), (.uint32, [0xFF, 0xFF, 0xFF, 0xFF], "[4294967295]"),
        (.int32, [0, 0, 0, 0x80], "[-2147483648]"),
        (.uint64, [UInt8](repeating: 255, count: 8), "[18446744073709551615]"),
        (.int64, [0, 0, 0, 0, 0, 0, 0, 0x80], "[-9223372036854775808]"), (.float, [0, 0, 0x80, 0x7F], "[Infinity]"),
        (.float, [0, 0, 0x80, 0xFF, 0, 0, 0xC0, 0xFF, 0, 0, 0, 0x80], "[-Infinity,NaN,-0.0]"),
        (.double, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F], "[1.0]"), (.int32, [], "[]"),
    ])
    func elementsAreSeparatedByCommas(element: JSONElement, memory: [UInt8], text: String) {
        var writer = JSONWriter()
        writer.beginArray()
        memory.withUnsafeBytes { writer.elements(element, $0) }
        writer.endArray()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    }

    @Test func everyLengthOfIntegersIsPrinted() {
        var value: UInt64 = 1
        for _ in 0..<64 {
            for number in [value - 1, value, value &* 10 / 9] {
                var writer = JSONWriter()
                writer.int(number)
                #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
            }
            value = value &* 2
        }
        var power: UInt64 = 1
        for _ in 0..<19 {
            for number in [Int64(power), -Int64(power), Int64(power) - 1] {
                var writer = JSONWriter()
                writer.int(number)
                #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
            }
            power *= 10
        }
    }

    @Test func longArraysAreWrittenPieceByPiece() {
        let values = (0..<5000).map { Int32($0) &* 429_497 }
        var writer = JSONWriter()
        writer.beginArray()
        writer.int(7)
        values.withUnsafeBytes { writer.elements(.int32, $0) }
        writer.endArray()
        let expected = "[7," + values.map(String.init).joined(separator: ",") + "]"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
