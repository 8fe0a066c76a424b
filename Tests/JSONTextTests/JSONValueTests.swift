import JSONText
import Testing

@Suite struct JSONValueTests {
    @Test func documentsAreParsed() throws {
        let value = try JSONValue(parsing: #" {"a":[1,-2,3.5,true,false,null,"x"],"b":{},"a":7} "#)
        #expect(
            value
                == .object([
                    .init(
                        name: "a",
                        value: .array([
                            .int64(1), .int64(-2), .double(3.5), .bool(true), .bool(false), .null, .string("x"),
                        ])
                    ),
                    .init(name: "b", value: .object([])),
                    .init(name: "a", value: .int64(7)),
                ]))
        #expect(value["b"] == .object([]))
        #expect(value["a"] != .int64(7), "a lookup takes the first member of that name")
        #expect(value["c"] == nil)
        #expect(JSONValue.array([])["a"] == nil)
    }

    @Test(arguments: [
        ("0", JSONValue.int64(0)), ("-0", .int64(0)), ("9223372036854775807", .int64(.max)),
        ("-9223372036854775808", .int64(.min)), ("9223372036854775808", .uint64(1 << 63)),
        ("18446744073709551615", .uint64(.max)), ("18446744073709551616", .double(0x1p64)),
        ("-9223372036854775809", .double(-0x1p63)), ("1.0", .double(1)), ("1e2", .double(100)),
        ("10000000000000000000", .uint64(10_000_000_000_000_000_000)), ("Inf", .double(.infinity)),
        ("Infinity", .double(.infinity)), ("-Infinity", .double(-.infinity)), ("-Inf", .double(-.infinity)),
        ("1E+2", .double(100)), ("1e-400", .double(0)),
    ])
    func numbersKeepTheirKind(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(arguments: ["NaN", "-NaN"])
    func notANumber(text: String) throws {
        guard case .double(let value) = try JSONValue(parsing: text) else {
            Issue.record("not a double")
            return
        }
        #expect(value.isNaN)
    }

    @Test(arguments: [
        ("\"\"", ""), (#""q\"\\\/\b\f\n\r\t""#, "q\"\\/\u{08}\u{0C}\n\r\t"),
        (#""\u0041\u00e9\u2603\uD83D\ude00""#, "Aé☃😀"),
        (#""é☃😀""#, "é☃😀"), (#""\u0000x""#, "\0x"), ("\"\u{7F}\"", "\u{7F}"),
    ])
    func stringsAreUnescaped(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    @Test func aByteOrderMarkIsSkippedAndNULEndsTheDocument() throws {
        #expect(try JSONValue(parsing: "\u{FEFF}[1]") == .array([.int64(1)]))
        #expect(try JSONValue(parsing: "[1]\0]]") == .array([.int64(1)]))
    }

    @Test func deepDocumentsNeedNoRecursion() throws {
        let depth = 100_000
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let count = Array(text.utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            var deepest = 0
            while let token = try? reader.next() {
                deepest = max(deepest, reader.depth)
                if case .end = token { return deepest }
            }
            return 0
        }
        #expect(count == depth)
    }

    @Test func objectsAndArraysCloseInOrderAtEveryDepth() throws {
        for depth in [1, 63, 64, 65, 127, 128, 129, 200] {
            let opening = (0..<depth).map { $0 % 3 == 0 ? #"{"a":"# : "[" }.joined()
            let closing = (0..<depth).reversed().map { $0 % 3 == 0 ? "}" : "]" }.joined()
            #expect(throws: Never.self) { try JSONValue(parsing: opening + "1" + closing, maximumDepth: 1000) }
            let swapped = closing.dropFirst()
            #expect(throws: JSONError.self) {
                try JSONValue(parsing: opening + "1" + (depth % 3 == 1 ? "]" : "}") + swapped, maximumDepth: 1000)
            }
        }
    }
}
