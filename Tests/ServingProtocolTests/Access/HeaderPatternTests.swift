import InferenceTypes
import ServingProtocol
import Testing

@Suite struct HeaderPatternTests {
    @Test(
        arguments: [
            ("my_header.*", "X-My_Header_1", true),
            ("^my_header.*", "X-My_Header_1", false),
            ("(?-i)MY_HEADER", "my_header_1", false),
            ("(?-i)MY_HEADER", "MY_HEADER_1", true),
            ("(?-i:X)-y", "X-Y", true),
            ("(?-i:X)-y", "x-y", false),
            ("nvcf-.*|x-[a-c]$", "NVCF-ReqId", true),
            ("nvcf-.*|x-[a-c]$", "X-B", true),
            ("nvcf-.*|x-[a-c]$", "X-BD", false),
            ("^x-.+$", "x-", false),
            ("^a{2,3}$", "aa", true),
            ("^a{2,3}$", "aaaa", false),
            ("^a{2,}$", "aaaaaa", true),
            ("^a{2}$", "aaa", false),
            ("a{,2}", "a{,2}", true),
            ("^(?:ab)?c$", "c", true),
            ("^(?P<name>ab)+?c$", "ababc", true),
            ("^[^a-z]+$", "X-1", false),
            ("^[^a-z]+$", "-1_", true),
            ("^[]x]$", "]", true),
            ("^[a\\-z]+$", "-az", true),
            ("^[[:alpha:]_]+\\d\\x41$", "ab_1A", true),
            ("\\bid\\b", "request-id", true),
            ("\\bid\\b", "grid", false),
            ("\\Bid$", "grid", true),
            ("\\Ax\\.y\\z", "X.Y", true),
            ("\\Ax\\.y\\z", "X-Y", false),
            ("", "anything", true),
            ("^$", "x", false),
            ("(a|b|)c$", "c", true),
            ("é", "É", false),
            ("é", "xéy", true),
        ])
    func matching(pattern: String, name: String, expected: Bool) throws {
        #expect(try HeaderPattern(pattern).matches(name.utf8) == expected)
    }

    @Test(
        arguments: [
            ("(a", "missing ) at offset 2"),
            ("a)", "unexpected ) at offset 1"),
            ("*a", "nothing to repeat before * at offset 0"),
            ("a**", "a repetition cannot be repeated at offset 2"),
            ("[a", "missing ] at offset 2"),
            ("[z-a]", "invalid range at offset 2"),
            ("a\\", "a \\ at the end at offset 2"),
            ("\\p{L}", "unknown escape \\p at offset 1"),
            ("(?x)", "unknown flag x at offset 2"),
            ("a{3,2}", "a repetition must be in order and at most 1000 at offset 6"),
            ("a{1001}", "a repetition must be in order and at most 1000 at offset 7"),
            ("\\xg0", "expected two hexadecimal digits after \\x at offset 2"),
            ("[[:nope:]]", "unknown class [: at offset 3"),
            ("(a{100}){100}", "the expression is too large when its repetitions are written out at offset 0"),
            ("((){1000}){1000}", "the expression is too large when its repetitions are written out at offset 0"),
        ])
    func whatIsNoPatternIsRefused(pattern: String, message: String) {
        do throws(PatternError) {
            _ = try HeaderPattern(pattern)
            Issue.record("\(pattern) was taken")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func groupsMayNotBeNestedWithoutEnd() {
        #expect(throws: PatternError.self) { try HeaderPattern(String(repeating: "(", count: 100_000)) }
    }

    /// A backtracking matcher would take 2^5000 steps.
    @Test func matchingIsLinear() throws {
        let pattern = try HeaderPattern("^(a|aa)+(a*)*$")
        #expect(!pattern.matches([UInt8](repeating: UInt8(ascii: "a"), count: 5000) + [UInt8(ascii: "!")]))
    }

    @Test func matchingHeadersBecomeParameters() throws {
        let pattern = try HeaderPattern("^x-|timeout|triton_")
        var request = InferenceRequest(modelName: "m")
        try pattern.forward(name: "X-Trace", value: "a \"b\"", to: &request)
        try pattern.forward(name: "accept", value: "b", to: &request)
        #expect(request.parameters == ["X-Trace": .string("a \"b\"")])
        for name in ["timeout", "triton_enable_empty_final_response"] {
            let error = #expect(throws: ServingError.self) {
                try pattern.forward(name: name, value: "1", to: &request)
            }
            #expect(error?.code == .invalidArgument && error?.message.contains("'\(name)'") == true)
        }
    }
}
