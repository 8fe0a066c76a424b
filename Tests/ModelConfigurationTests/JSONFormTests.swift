import InferenceTypes
import JSONText
import ModelConfiguration
import Testing

@Suite struct JSONFormTests {
    static let equivalents: [(String, String)] = [
        ("{}", ""),
        (#"{"max_batch_size": 4, "maxBatchSize": null}"#, "max_batch_size: 4"),
        (#"{"maxBatchSize": "4"}"#, "max_batch_size: 4"),
        (#"{"max_batch_size": 4.0}"#, "max_batch_size: 4"),
        (
            #"{"input": [{"name": "x", "dataType": "type_fp32", "dims": ["-1", 3, 4e0]}]}"#,
            "input { name: 'x' data_type: TYPE_FP32 dims: [-1, 3, 4] }"
        ),
        (#"{"input": [{"data_type": 11}], "output": []}"#, "input { data_type: TYPE_FP32 }"),
        (
            #"{"parameters": {"a": {"string_value": "b"}, "c": {}}}"#,
            "parameters { key: 'a' value { string_value: 'b' } } parameters { key: 'c' }"
        ),
        (
            #"{"dynamicBatching": {"priorityQueuePolicy": {"2": {"timeoutAction": "delay"}}}}"#,
            "dynamic_batching { priority_queue_policy { key: 2 value { timeout_action: DELAY } } }"
        ),
        (
            #"{"version_policy": {"all": {}}, "response_cache": {"enable": true}}"#,
            "version_policy { all { } } response_cache { enable: true }"
        ),
        (
            #"{"sequence_batching": {"direct": {"minimum_slot_utilization": "Infinity"}}}"#,
            "sequence_batching { direct { minimum_slot_utilization: inf } }"
        ),
        (
            #"{"sequence_batching": {"direct": {"minimum_slot_utilization": "0.5"}}}"#,
            "sequence_batching { direct { minimum_slot_utilization: 0.5 } }"
        ),
    ]

    @Test(arguments: equivalents) func meansTheSame(json: String, text: String) throws {
        #expect(try ModelConfig(json: json) == ModelConfig(textFormat: text))
    }

    static let errors: [(String, [String])] = [
        (
            #"{"max_batch_sizes": 2}"#,
            ["config override: error: unknown field \"max_batch_sizes\"; did you mean \"max_batch_size\"?"]
        ),
        (
            #"{"input": [{"dims": [1, "x"]}, {"dims": 3}]}"#,
            [
                "config override: input[0].dims[1]: error: expected an integer (int64), found the string \"x\"",
                "config override: input[1]: error: expected a list, found 3",
            ]
        ),
        (#"{"max_batch_size": 1, "maxBatchSize": 2}"#, ["config override: error: \"max_batch_size\" is given twice"]),
        (
            #"{"max_batch_size": 3000000000}"#,
            [
                "config override: max_batch_size: error: 3000000000 is out of range for \"max_batch_size\" (int32: -2147483648 to 2147483647)"
            ]
        ),
        (#"{"max_batch_size": true}"#, ["config override: max_batch_size: error: expected an integer, found true"]),
        (#"{"name": 1}"#, ["config override: name: error: expected a string, found 1; write it in quotes: \"1\""]),
        (
            #"{"response_cache": {"enable": 1}}"#,
            ["config override: response_cache.enable: error: expected true or false, found 1"]
        ),
        (
            #"{"input": [{"data_type": "FLOAT"}]}"#,
            [
                "config override: input[0].data_type: error: unknown value \"FLOAT\" for \"data_type\"; did you mean TYPE_FP32?"
            ]
        ),
        (#"{"parameters": [1]}"#, ["config override: parameters: error: expected an object, found a list"]),
        (
            #"{"parameters": {"a": {"string_value": 3}}}"#,
            [
                "config override: parameters[\"a\"].string_value: error: expected a string, found 3; write it in quotes: \"3\""
            ]
        ),
        (
            #"{"dynamic_batching": {}, "sequence_batching": {}}"#,
            [
                "config override: error: \"sequence_batching\" and \"dynamic_batching\" exclude each other: only one scheduling_choice can be given"
            ]
        ),
        ("[]", ["config override: error: expected an object, found a list"]),
        ("null", ["config override: error: expected an object, found null"]),
    ]

    @Test(arguments: errors) func reports(json: String, messages: [String]) {
        do throws(ConfigurationDiagnostics) {
            _ = try ModelConfig(json: json)
            Issue.record("no error in \(json)")
        } catch {
            #expect(error.errors.map(\.rendered) == messages)
        }
    }

    @Test func pointsAtBrokenJSON() {
        do throws(ConfigurationDiagnostics) {
            _ = try ModelConfig(json: "{\n  not json")
            Issue.record("no error")
        } catch {
            let rendered = error.rendered
            #expect(rendered.hasPrefix("config override:2:3: error: not valid JSON: Missing a name for object member."))
            #expect(rendered.hasSuffix("\n      not json\n      ^"))
        }
    }

    @Test func refusesDeepJSON() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: ConfigurationDiagnostics.self) { try ModelConfig(json: text) }
    }

    /// Order and presence of the fields that the recorded configurations do not show.
    @Test func printsEveryFieldInTheOrderOfTheSchema() throws {
        let config = try ModelConfig(textFormat: CompleteConfiguration.text)
        let printed = String(decoding: config.jsonBytes(), as: UTF8.self)
        for part in [
            #""dims":[1,-1,3],"reshape":{"shape":[-1,3]},"is_shape_tensor":true"#,
            #""dims":[2],"reshape":{"shape":[1,2]},"label_filename":"l""#,
            #""batch_input":[{"kind":"BATCH_ITEM_SHAPE","target_name":["t"],"data_type":"TYPE_INT32","source_input":["x"]}]"#,
            #""count":2,"rate_limiter":{"resources":[{"name":"n","global":true,"count":4}],"priority":5},"gpus":[1]"#,
            #""priority_queue_policy":{"2":{"timeout_action":"DELAY","default_timeout_microseconds":0"#,
            #""buckets":[0.1,1,2.5]"#,
            #""parameters":{"o":{"string_value":"s"}}"#,
        ] { #expect(printed.contains(part)) }
    }
}
