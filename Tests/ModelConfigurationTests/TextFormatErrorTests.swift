import ModelConfiguration
import Testing

@Suite struct TextFormatErrorTests {
    /// A text and its only error.
    static let single: [(String, String)] = [
        ("max_batchsize: 8", "1:1: error: unknown field \"max_batchsize\"; did you mean \"max_batch_size\"?"),
        ("inputs { }", "1:1: error: unknown field \"inputs\"; did you mean \"input\"?"),
        ("input { shape: [1] }", "1:9: error: unknown field \"shape\" in ModelInput; did you mean \"dims\"?"),
        (
            "input { datatype: TYPE_FP32 }",
            "1:9: error: unknown field \"datatype\" in ModelInput; did you mean \"data_type\"?"
        ),
        ("ensemble { }", "1:1: error: unknown field \"ensemble\"; did you mean \"ensemble_scheduling\"?"),
        ("dims: 1", "1:1: error: unknown field \"dims\"; it is a field of \"input\", \"output\""),
        ("step { }", "1:1: error: unknown field \"step\"; it is a field of \"ensemble_scheduling\""),
        ("qqq: 1", "1:1: error: unknown field \"qqq\""),
        (
            "response_cache { zzzzzz: 1 }",
            "1:18: error: unknown field \"zzzzzz\" in ModelResponseCache; its fields are enable"
        ),
        (
            "version_policy { all { x: 1 } }",
            "1:24: error: unknown field \"x\" in ModelVersionPolicy.All; it has no fields"
        ),
        (
            "input { data_type: TYPE_FLOAT }",
            "1:20: error: unknown value \"TYPE_FLOAT\" for \"data_type\"; did you mean TYPE_FP32?"
        ),
        ("input { data_type: FP32 }", "1:20: error: unknown value \"FP32\" for \"data_type\"; did you mean TYPE_FP32?"),
        (
            "input { data_type: float16 }",
            "1:20: error: unknown value \"float16\" for \"data_type\"; did you mean TYPE_FP16?"
        ),
        (
            "input { data_type: TYPE_BYTES }",
            "1:20: error: unknown value \"TYPE_BYTES\" for \"data_type\"; did you mean TYPE_STRING?"
        ),
        (
            "input { data_type: TYPE_IN32 }",
            "1:20: error: unknown value \"TYPE_IN32\" for \"data_type\"; did you mean TYPE_INT32?"
        ),
        (
            "input { data_type: type_fp32 }",
            "1:20: error: unknown value \"type_fp32\" for \"data_type\"; did you mean TYPE_FP32?"
        ),
        ("input { data_type: 99 }", "1:20: error: 99 is not a value of \"data_type\"; its values are 0 to 14"),
        (
            "input { data_type: \"TYPE_FP32\" }",
            "1:20: error: expected a name like TYPE_BF16, found the string \"TYPE_FP32\"; remove the quotes"
        ),
        ("instance_group { kind: CPU }", "1:24: error: unknown value \"CPU\" for \"kind\"; did you mean KIND_CPU?"),
        (
            "max_batch_size: 3000000000",
            "1:17: error: 3000000000 is out of range for \"max_batch_size\" (int32: -2147483648 to 2147483647)"
        ),
        (
            "input { dims: 99999999999999999999 }",
            "1:15: error: 99999999999999999999 is out of range for \"dims\" (int64: -9223372036854775808 to 9223372036854775807)"
        ),
        (
            "dynamic_batching { priority_levels: -1 }",
            "1:37: error: -1 is out of range for \"priority_levels\" (uint64: 0 to 18446744073709551615)"
        ),
        ("max_batch_size: 1.5", "1:17: error: expected an integer, found 1.5"),
        ("max_batch_size: \"8\"", "1:17: error: expected an integer, found the string \"8\"; remove the quotes"),
        ("max_batch_size: { }", "1:17: error: expected an integer, found a message"),
        ("name: model", "1:7: error: expected a string, found model; write it in quotes: \"model\""),
        ("name: [ \"a\" ]", "1:7: error: \"name\" takes one value, not a list; remove the brackets"),
        ("input: 3", "1:8: error: expected a message in braces, found 3"),
        ("response_cache { enable: yes }", "1:26: error: expected true or false, found yes"),
        ("response_cache { enable: 2 }", "1:26: error: expected true or false, found 2"),
        (
            "sequence_batching { direct { minimum_slot_utilization: half } }",
            "1:56: error: expected a number, found half"
        ),
        ("name \"a\"", "1:1: error: expected \":\" after \"name\""),
        ("input { dims [1] }", "1:9: error: expected \":\" after \"dims\""),
        ("name: \"a\" name: \"b\"", "1:11: error: \"name\" is given twice"),
        ("dynamic_batching { } dynamic_batching { }", "1:22: error: \"dynamic_batching\" is given twice"),
        (
            "dynamic_batching { } sequence_batching { }",
            "1:22: error: \"sequence_batching\" and \"dynamic_batching\" exclude each other: only one scheduling_choice can be given"
        ),
        (
            "version_policy { all { } latest { } }",
            "1:26: error: \"latest\" and \"all\" exclude each other: only one policy_choice can be given"
        ),
        ("metric_tags { key: 'a' } metric_tags { key: 'a' }", "1:38: error: the key \"a\" is given twice"),
        (
            "metric_tags { key: 'a' val: 'b' }",
            "1:24: error: unknown field \"val\" in an entry of \"metric_tags\"; write { key: ... value: ... }"
        ),
        ("metric_tags: 'a'", "1:14: error: expected an entry { key: ... value: ... }, found the string \"a\""),
        (
            "[a.b] { x: 1 } name: 'a'",
            "1:1: error: extension and Any names in brackets are not part of a model configuration"
        ),
        ("name: 'a' // b", "1:11: error: a comment starts with \"#\", not with \"//\""),
        ("name: 'a\nbackend: 'b'", "1:7: error: the string that starts here is not closed on its line"),
        ("name: 'a", "1:7: error: the string that starts here is not closed"),
        (#"name: '\q'"#, #"1:8: error: this escape sequence is not known; write \\ for a backslash"#),
        (#"name: '\ud800'"#, #"1:8: error: this escape sequence is not known; write \\ for a backslash"#),
        (#"name: '\477'"#, #"1:8: error: this escape sequence is not known; write \\ for a backslash"#),
        (#"name: '\377'"#, "1:7: error: the bytes of this string are not valid UTF-8"),
        ("max_batch_size: 08", "1:17: error: \"08\" is not a number"),
        ("max_batch_size: 0x", "1:17: error: \"0x\" is not a number"),
        ("max_batch_size: 1e", "1:17: error: \"1e\" is not a number"),
        ("max_batch_size: 12ab", "1:17: error: \"12ab\" is not a number"),
        ("max_batch_size: 1 $", "1:19: error: unexpected character \"$\""),
        ("name: 'a' é", "1:11: error: unexpected text \"é\""),
        ("backend: name: 'a'", "1:10: error: expected a value for \"backend\", found \"name\""),
        ("input { dims: [1, 2 }", "1:15: error: \"[\" is not closed; expected \"]\" before \"}\""),
        ("input { dims: [1 2] }", "1:18: error: expected \",\" between the values of \"dims\""),
        ("input { dims: [1,] }", "1:17: error: expected a value after this \",\""),
        ("input { dims: [,1] }", "1:16: error: expected a value before this \",\""),
        ("name: 'a' }", "1:11: error: \"}\" closes nothing"),
        ("input { name: 'a'", "1:7: error: \"{\" is not closed; expected \"}\" before the end of the file"),
        ("input { name: 'a' >", "1:7: error: \"{\" is not closed; expected \"}\" before \">\""),
        ("3: 4", "1:1: error: expected a field name, found 3"),
    ]

    @Test(arguments: single) func reports(text: String, message: String) {
        let errors = diagnostics(of: text)?.errors ?? []
        #expect(errors.map { $0.rendered.split(separator: "\n").first ?? "" } == ["config.pbtxt:\(message)"])
    }

    private func diagnostics(of text: String, limits: ConfigurationLimits = ConfigurationLimits())
        -> ConfigurationDiagnostics?
    {
        do throws(ConfigurationDiagnostics) {
            _ = try ModelConfig(textFormat: text, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func showsTheLineAndACaret() {
        let text = "name: \"é\"\ninput [\n\t{ name: \"x\"\tdata_typ: TYPE_FP32 }\n]\n"
        let expected = """
            config.pbtxt:3:14: error: unknown field "data_typ" in ModelInput; did you mean "data_type"?
                \t{ name: "x"\tdata_typ: TYPE_FP32 }
                \t           \t^
            """
        #expect(diagnostics(of: text)?.rendered == expected)
    }

    @Test func cutsLongLines() throws {
        let text = "name: \"" + String(repeating: "a", count: 500) + "\" bad: 1 " + String(repeating: "#", count: 500)
        let lines = try #require(diagnostics(of: text)).rendered.split(separator: "\n")
        try #require(lines.count == 3)
        #expect(lines[1].count <= 164)
        #expect(lines[1].dropFirst(lines[2].count - 1).hasPrefix("bad: 1"))
    }

    @Test func findsAllErrorsInOrder() {
        let text = """
            max_batchsize: 8
            input [
              { name: A, data_type: TYPE_FLOAT dims: [ 1, 2 } ,
              { name: "B" data_type: TYPE_FP32 dims: [ x ] }
            ]
            backend "pytorch"
            instance_group { kind: GPU count: 3000000000 }
            """
        #expect(
            diagnostics(of: text)?.errors.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.path)" } == [
                "1:1 ", "3:11 input[0].name", "3:25 input[0].data_type", "3:42 ", "4:44 input[1].dims[0]", "6:1 ",
                "7:24 instance_group[0].kind", "7:35 instance_group[0].count",
            ])
    }

    @Test func limitsSizeDepthAndErrors() {
        let limits = ConfigurationLimits(maximumByteCount: 1000, maximumDepth: 5, maximumErrorCount: 3)
        let long = String(repeating: " ", count: 1001)
        #expect(
            diagnostics(of: long, limits: limits)?.rendered
                == "config.pbtxt: error: the file has 1001 bytes; at most 1000 are read")
        let deep = String(repeating: "input {", count: 100)
        #expect(
            diagnostics(of: deep, limits: limits)?.errors.contains {
                $0.message == "messages are nested more than 5 deep"
            } == true)
        let many = String(repeating: "x: 1 ", count: 10)
        #expect(diagnostics(of: many, limits: limits)?.errors.count == 3)
        #expect(diagnostics(of: many, limits: limits)?.rendered.hasSuffix("7 more errors not shown") == true)
    }

    @Test(arguments: ["{", "[", "<", "a{", "a:[", "a[{", "}", "a:"]) func survivesDeepNesting(part: String) {
        #expect(diagnostics(of: String(repeating: part, count: 20_000)) != nil)
    }

    @Test func rejectsBytesThatAreNotText() {
        #expect(throws: ConfigurationDiagnostics.self) { try ModelConfig(textFormat: [0x80, 0xFF, 0x00, 0x08, 0x01]) }
        #expect(throws: ConfigurationDiagnostics.self) {
            try ModelConfig(textFormat: Array("name: \"".utf8) + [0xFF, 0x22])
        }
    }
}
