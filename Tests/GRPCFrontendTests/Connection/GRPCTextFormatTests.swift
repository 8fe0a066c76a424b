import HTTP2Codec
import Testing

@testable import GRPCFrontend

struct GRPCTextFormatTests {
    private func nanoseconds(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBytes { GRPCTimeout.nanoseconds($0) }
    }

    @Test func timeoutsOfAllUnits() {
        #expect(nanoseconds("1H") == 3_600_000_000_000)
        #expect(nanoseconds("2M") == 120_000_000_000)
        #expect(nanoseconds("3S") == 3_000_000_000)
        #expect(nanoseconds("4m") == 4_000_000)
        #expect(nanoseconds("5u") == 5_000)
        #expect(nanoseconds("99999999n") == 99_999_999)
        #expect(nanoseconds("0n") == 0)
        #expect(nanoseconds("99999999H") == .max)
    }

    @Test(arguments: ["", "S", "1", "1s", "-1S", "1.5S", "123456789S", " 1S", "1 S", "1\u{df}"])
    func malformedTimeouts(text: String) { #expect(nanoseconds(text) == nil) }

    @Test func messagesArePercentEncoded() {
        #expect(GRPCResponseFields.percentEncoded("plain text: 'x'") == "plain text: 'x'")
        #expect(GRPCResponseFields.percentEncoded("100%\n\u{e4}~\u{7f}") == "100%25%0A%C3%A4~%7F")
        #expect(GRPCResponseFields.percentEncoded("") == "")
        let long = GRPCResponseFields.percentEncoded(String(repeating: "%", count: 10_000))
        #expect(long.utf8.count <= 4096 && long.hasSuffix("%25"))
    }

    @Test func pathsAreFoundByTheirBytes() {
        let methods = GRPCMethodTable([
            GRPCMethod("/a.B/One", .unary { _ throws(GRPCStatus) in GRPCMessage(head: []) }),
            GRPCMethod("/a.B/Two", .unary { _ throws(GRPCStatus) in GRPCMessage(head: []) }),
            GRPCMethod("/a.B/Three", .unary { _ throws(GRPCStatus) in GRPCMessage(head: []) }),
        ])
        func find(_ path: String) -> String? { Array(path.utf8).withUnsafeBytes { methods[$0]?.path } }
        func refusal(_ path: String) -> String {
            Array(path.utf8).withUnsafeBytes { methods.unimplemented($0).message }
        }
        for path in ["/a.B/One", "/a.B/Two", "/a.B/Three"] { #expect(find(path) == path) }
        for path in ["", "/", "/a.B/on\u{65}", "/a.B/ONE", "/a.B/One/", "/a.B/Threee"] { #expect(find(path) == nil) }
        #expect(refusal("/a.B/Four") == "unknown method Four for service a.B")
        #expect(refusal("/a.C/One") == "unknown service a.C")
        #expect(refusal("nothing").contains("malformed method name"))
    }
}
