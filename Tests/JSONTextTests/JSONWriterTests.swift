import JSONText
import Testing

@Suite struct JSONWriterTests {
    @Test func commasGoWhereTheyBelong() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.int(1)
        writer.int(Int8.min)
        writer.int(UInt64.max)
        writer.int(Int64.min)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.null()
        writer.endArray()
        writer.key("b" as String)
        writer.bool(true)
        writer.key("c\n" as String)
        writer.string("x")
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[1,-128,18446744073709551615,-9223372036854775808,{},[],null],"b":true,"c\n":"x"}"#)
    }

    @Test(arguments: [
        ("q\"\\/\u{08}\n", #""q\"\\/\b\n""#), ("\0x😀", #""\u0000x😀""#),
        ("\r\t\u{0C}\u{1F}\u{7F}", "\"\\r\\t\\f\\u001F\u{7F}\""),
        ("", "\"\""), ("\u{0B}", "\"\\u000B\""),
    ])
    func stringsAreEscapedAsRapidJSONDoes(text: String, json: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
    }

    @Test func bytesThatAreNotUTF8StayAsTheyAre() {
        var writer = JSONWriter()
        let bytes: [UInt8] = [0xFF, 0x00, 0xFE]
        bytes.withUnsafeBytes { writer.string(utf8: $0) }
        #expect(writer.bytes == [0x22, 0xFF] + Array("\\u0000".utf8) + [0xFE, 0x22])
    }

    @Test func documentsMakeTheRoundTrip() throws {
        let text = #"{"a":[1,18446744073709551615,-3,1.5,"x\u0001",null,true,{"b":[]}],"":{},"a":Infinity}"#
        var writer = JSONWriter()
        writer.value(try JSONValue(parsing: text))
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    }
}
