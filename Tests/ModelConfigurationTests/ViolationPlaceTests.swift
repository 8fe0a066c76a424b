import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct ViolationPlaceTests {
    private func lines(_ text: String) -> [String] {
        let error = #expect(throws: ServingError.self) {
            try ModelConfigurationLoader().finished(
                ModelConfigurationLoader().configuration(
                    text: Array(text.utf8), path: "/models/m/config.pbtxt", modelName: "m",
                    directory: ModelDirectoryListing(firstSubdirectory: "1")))
        }
        return (error?.message ?? "").split(separator: "\n").map(String.init)
    }

    @Test func namesTheFieldAtFault() {
        let text = """
            name: "m"
            backend: "identity"
            max_batch_size: 4
            input { name: "A" data_type: TYPE_FP32 dims: [ 1 ] }
            input [
              { name: "B" data_type: TYPE_FP32 dims: [ 1 ] },
              {
                name: "C"
                data_type: TYPE_FP32
                dims: [ 0 ]
              }
            ]
            output { name: "D" data_type: TYPE_FP32 dims: [ 1 ] }
            instance_group { count: 2000 kind: KIND_CPU }
            """
        #expect(
            lines(text) == [
                "model input 'C' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m",
                "    at config.pbtxt:10:5: dims: [ 0 ]",
                "instance group m_0 of model m has a count of 2000; at most 1024 instances can be made",
                "    at config.pbtxt:14:18: instance_group { count: 2000 kind: KIND_CPU }",
            ])
    }

    @Test func namesTheMessageThatLacksAField() {
        let text = """
            backend: "identity"
            input { name: "A" data_type: TYPE_FP32 dims: 1 }
            output { name: "B" dims: 1 }
            """
        #expect(lines(text).last == "    at config.pbtxt:3:8: output { name: \"B\" dims: 1 }")
    }

    @Test func namesElementsAndEntriesOfMaps() {
        let sizes = "backend: 'identity'\nmax_batch_size: 4\ndynamic_batching {\n  preferred_batch_size: [ 2, 8 ]\n}"
        #expect(lines(sizes).last == "    at config.pbtxt:4:30: preferred_batch_size: [ 2, 8 ]")
        let policy =
            "backend: 'identity'\ndynamic_batching { priority_levels: 2 default_priority_level: 1\n"
            + "  priority_queue_policy { key: 1 }\n  priority_queue_policy { key: 3 } }"
        #expect(lines(policy).last == "    at config.pbtxt:4:25: priority_queue_policy { key: 3 } }")
        let step = """
            platform: "ensemble"
            input { name: "IN" data_type: TYPE_FP32 dims: 1 }
            output { name: "OUT" data_type: TYPE_FP32 dims: 1 }
            ensemble_scheduling {
              step { model_name: "a" input_map { key: "X" value: "IN" } output_map { key: "Y" value: "mid" } }
              step { model_name: "b"
                     output_map { key: "Z" value: "OUT" } }
            }
            """
        #expect(
            lines(step) == [
                "must specify 'input_map' in step 1 of ensemble 'm'",
                "    at config.pbtxt:6:8: step { model_name: \"b\"",
            ])
    }

    @Test func isSilentAboutWhatIsNotWritten() {
        // Nothing of it stands in the text: the name is missing in a file that says nothing.
        #expect(lines("").allSatisfy { !$0.contains("config.pbtxt:") })
        let error = #expect(throws: ServingError.self) {
            try ModelConfigurationLoader().configuration(
                overrideJSON: #"{"name": "m", "backend": "identity", "max_batch_size": -1}"#, modelName: "m",
                directory: ModelDirectoryListing(firstSubdirectory: "1"))
        }
        #expect(error?.message == "'max_batch_size' must be non-negative value for m")
    }

    @Test func countsNotInComparisons() throws {
        let one = try ModelConfig(textFormat: "max_batch_size: 4")
        let other = try ModelConfig(textFormat: "\n  max_batch_size: 4")
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
    }

    @Test func placesWhatOthersFindWrong() throws {
        let config = try ModelConfig(
            textFormat: "backend: 'pytorch'\nparameters {\n  key: 'X.Y'\n  value { string_value: 'maybe' }\n}")
        #expect(
            config.placing("cannot be read", at: "parameters[\"X.Y\"].string_value")
                == "cannot be read\n    at config.pbtxt:4:11: value { string_value: 'maybe' }")
        #expect(
            config.placing("cannot be read", at: "parameters[\"Z\"]")
                == "cannot be read\n    at config.pbtxt:2:1: parameters {")
        #expect(config.placing("cannot be read", at: "input[0].dims") == "cannot be read")
    }
}
