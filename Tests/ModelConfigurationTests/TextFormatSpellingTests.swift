import InferenceTypes
import ModelConfiguration
import Testing

/// The spellings of protobuf text format.
@Suite struct TextFormatSpellingTests {
    /// Each text, and the same in the plainest spelling.
    static let equivalents: [(String, String)] = [
        ("# a comment\nname: \"a\" # another\n#", "name: \"a\""),
        ("\u{FEFF}name: \"a\"\r\n\tbackend:'b'\r\n", "name: \"a\" backend: \"b\""),
        ("name:'a';backend:\"b\",max_batch_size:1;;,", "name: \"a\" backend: \"b\" max_batch_size: 1"),
        ("name: \"a\" 'b'\n\"c\"", "name: \"abc\""),
        ("input: { name: \"x\" }", "input { name: \"x\" }"),
        ("input < name: \"x\" >", "input { name: \"x\" }"),
        ("input: < name: \"x\", dims: 1; >", "input { name: \"x\" dims: [1] }"),
        ("input [ { name: \"x\" }, < name: \"y\" > ]", "input { name: \"x\" } input { name: \"y\" }"),
        ("input: [ { name: \"x\" } ] input { name: \"y\" }", "input { name: \"x\" } input { name: \"y\" }"),
        ("input [ ]", ""),
        ("input { dims: 1 dims: [2, 3] dims: [] dims: 4 }", "input { dims: [ 1, 2, 3, 4 ] }"),
        ("input { dims: [0x10, 010, - 1, -0x2, 0] }", "input { dims: [16, 8, -1, -2, 0] }"),
        ("input { data_type: 11 format: 0x2 }", "input { data_type: TYPE_FP32 format: FORMAT_NCHW }"),
        (
            "parameters { key: \"a\" value: { string_value: \"1\" } }",
            "parameters { value { string_value: '1' } key: 'a' }"
        ),
        (
            "parameters [ { key: 'a' value { string_value: '1' } }, { key: 'b' } ]",
            "parameters { key: 'b' value { } } parameters { key: 'a' value { string_value: '1' } }"
        ),
        (
            "metric_tags: { key: 'a' value: 'b' } metric_tags { key: 'c' }",
            "metric_tags { key: 'a' value: 'b' } metric_tags { key: 'c' value: '' }"
        ),
        (
            "dynamic_batching { priority_queue_policy { key: 2 value { max_queue_size: 3 } } }",
            "dynamic_batching: < priority_queue_policy: [ < key: 0x2, value: < max_queue_size: 3u >, > ] >"
                .replacing("3u", with: "3")
        ),
        (
            "version_policy: { specific: { versions: [1, 3] } }",
            "version_policy { specific { versions: 1 versions: 3 } }"
        ),
        ("version_policy { }", ""),
    ]

    @Test(arguments: equivalents) func meansTheSame(text: String, plain: String) throws {
        #expect(try ModelConfig(textFormat: text) == ModelConfig(textFormat: plain))
    }

    static let strings: [(String, String)] = [
        (#""""#, ""),
        (#"'it\'s "x"'"#, "it's \"x\""),
        (#""\a\b\f\n\r\t\v\\\?\"""#, "\u{07}\u{08}\u{0C}\n\r\t\u{0B}\\?\""),
        (#""\1\12\101\0601""#, "\u{01}\nA01"),
        (#""\x41\X42\x4""#, "AB\u{04}"),
        (#""\u00e9\U0001F600\ud83d\ude00""#, "é😀😀"),
        (#""\303" "\251""#, "é"),
        ("\"é # no comment\"", "é # no comment"),
    ]

    @Test(arguments: strings) func readsStrings(literal: String, value: String) throws {
        #expect(try ModelConfig(textFormat: "name: \(literal)").name == value)
    }

    static let reals: [(String, Float)] = [
        ("1", 1), ("1.", 1), (".5", 0.5), ("1e2", 100), ("1.e2", 100), ("1E+2", 100), ("25e-2", 0.25), ("1f", 1),
        ("1.5F", 1.5), ("-.5", -0.5), ("- 2", -2), ("inf", .infinity), ("-inf", -.infinity), ("Infinity", .infinity),
        ("0x10", 16), ("99999999999999999999", 1e20),
    ]

    @Test(arguments: reals) func readsReals(literal: String, value: Float) throws {
        #expect(try utilization(literal) == value)
    }

    @Test func readsNaN() throws {
        #expect(try utilization("nan")?.isNaN == true)
        #expect(try utilization("-nan")?.isNaN == true)
    }

    private func utilization(_ literal: String) throws -> Float? {
        let text = "sequence_batching { direct { minimum_slot_utilization: \(literal) } }"
        guard case .direct(let direct)? = try ModelConfig(textFormat: text).sequenceBatching?.strategy else {
            return nil
        }
        return direct.minimumSlotUtilization
    }

    @Test(arguments: ["true", "True", "t", "1", "0x1"]) func readsTrue(literal: String) throws {
        #expect(try ModelConfig(textFormat: "response_cache { enable: \(literal) }").responseCache?.enable == true)
    }

    @Test(arguments: ["false", "False", "f", "0"]) func readsFalse(literal: String) throws {
        #expect(try ModelConfig(textFormat: "response_cache { enable: \(literal) }").responseCache?.enable == false)
    }

    static let edges: [(String, Int64)] = [
        ("9223372036854775807", .max), ("-9223372036854775808", .min), ("0x7fffffffffffffff", .max),
        ("-01000000000000000000000", .min),
    ]

    @Test(arguments: edges) func readsTheLargestIntegers(literal: String, value: Int64) throws {
        #expect(try ModelConfig(textFormat: "input { dims: \(literal) }").inputs.first?.dims == [value])
    }

    /// One configuration with every field of the schema set.
    @Test func keepsEveryField() throws {
        let config = try ModelConfig(textFormat: CompleteConfiguration.text)
        #expect(try ModelConfig(textFormat: config.textFormat) == config)
        #expect(try ModelConfig(json: String(decoding: config.jsonBytes(), as: UTF8.self)) == config)
        #expect(config.optimization?.cuda?.graphSpecs.first?.graphLowerBound?.inputs == ["x": [1, 2]])
        #expect(config.dynamicBatching?.priorityQueuePolicy[2]?.timeoutAction == .delay)
        #expect(config.instanceGroups.first?.rateLimiter?.resources.first?.isGlobal == true)
        #expect(config.metrics?.metricControls.first?.histogramBuckets == [0.1, 1, 2.5])
        #expect(config.warmup.first?.inputs["x"]?.content == .dataFile("data"))
        // What is printed names every field: none is lost on the way.
        let words = Set(CompleteConfiguration.text.split { !$0.isLetter && $0 != "_" && !$0.isNumber })
        let printed = Set(config.textFormat.split { !$0.isLetter && $0 != "_" && !$0.isNumber })
        #expect(words.subtracting(printed) == [])
    }

    @Test func keepsTheOtherSchedulers() throws {
        for text in [CompleteConfiguration.sequences, CompleteConfiguration.ensemble] {
            let config = try ModelConfig(textFormat: text)
            #expect(config.scheduling != nil)
            #expect(try ModelConfig(textFormat: config.textFormat) == config)
            #expect(try ModelConfig(json: String(decoding: config.jsonBytes(), as: UTF8.self)) == config)
        }
    }

    @Test func printsOnlyWhatIsSet() throws {
        let config = try ModelConfig(
            textFormat: "name:'m' max_batch_size:8 input{name:'x' data_type:TYPE_FP32 dims:[-1,3] reshape{}}")
        let expected = """
            name: "m"
            max_batch_size: 8
            input [
              {
                name: "x"
                data_type: TYPE_FP32
                dims: [ -1, 3 ]
                reshape { }
              }
            ]

            """
        #expect(config.textFormat == expected)
    }

    @Test func escapesStringsThatItPrints() throws {
        var config = ModelConfig()
        config.name = "a\"b\\c\n\t\r\u{01}1\u{7F}é😀"
        #expect(try ModelConfig(textFormat: config.textFormat).name == config.name)
        #expect(config.textFormat == "name: \"a\\\"b\\\\c\\n\\t\\r\\0011\\177é😀\"\n")
    }
}
