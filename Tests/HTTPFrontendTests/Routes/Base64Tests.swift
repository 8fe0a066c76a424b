import Testing

@testable import HTTPFrontend

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v\r\nYmFy\n", "foobar"), ("Zm 9v", "foo"),
    ]) func decodes(_ text: String, _ plain: String) {
        #expect(Base64.decode(text.utf8) == Array(plain.utf8))
    }

    @Test func decodesAllDigits() {
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let bytes = Base64.decode(digits.utf8) ?? []
        let bits = bytes.flatMap { byte in (0..<8).reversed().map { byte >> UInt8($0) & 1 } }
        let values = stride(from: 0, to: bits.count, by: 6).map { bits[$0..<($0 + 6)].reduce(0) { $0 << 1 | $1 } }
        #expect(values.map(Int.init) == Array(0..<64))
    }

    @Test(arguments: ["Z", "Zm9vY", "Zm9v!", "Zm9v====", "=", "Zg=", "Zm8==", "Zg==Zg==", "Zm-_", "Zé=="])
    func refuses(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
