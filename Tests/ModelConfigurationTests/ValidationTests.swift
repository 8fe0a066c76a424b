import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct ValidationTests {
    private static let tensors =
        "input { name: 'INPUT0' data_type: TYPE_INT32 dims: 1 } output { name: 'OUTPUT0' data_type: TYPE_INT32 dims: 1 } "

    private func message(polling text: String) -> String? {
        do throws(ServingError) {
            _ = try configuration(text)
            return nil
        } catch {
            #expect(error.code == .invalidArgument)
            return error.message.withoutPlaces
        }
    }

    private func configuration(_ text: String) throws(ServingError) -> ModelConfig {
        try ModelConfigurationLoader().configuration(
            text: Array(text.utf8), path: "/models/m/config.pbtxt", modelName: "m",
            directory: ModelDirectoryListing(firstSubdirectory: "1"))
    }

    /// Text (after `name: 'm'`), and the error that keeps the model from being listed with a version.
    static let polling: [(String, String)] = [
        ("max_batch_size: -1", "'max_batch_size' must be non-negative value for m"),
        (
            "backend: 'pytorch' platform: 'onnxruntime_onnx'",
            "unexpected 'platform' and 'backend' pair, got:onnxruntime_onnx, pytorch"
        ),
        (
            "backend: 'identity' platform: 'onnxruntime_onnx'",
            "unexpected 'platform' and 'backend' pair, got:onnxruntime_onnx, identity"
        ),
        ("backend: '' platform: 'caffe2'", "unexpected platform type 'caffe2' for m"),
        ("platform: 'ensemble'", "Ensemble model 'm' must have platform type 'ensemble' and empty backend type"),
        (
            "dynamic_batching { preferred_batch_size: 4 }",
            "dynamic batching preferred size must be <= max batch size for m"
        ),
        (
            "max_batch_size: 4 dynamic_batching { preferred_batch_size: [1, 8] }",
            "dynamic batching preferred size must be <= max batch size for m"
        ),
        (
            "max_batch_size: 4 dynamic_batching { preferred_batch_size: 0 }",
            "dynamic batching preferred size must be positive for m"
        ),
        ("dynamic_batching { priority_levels: 2 }", "default priority level must be in range [1, 2] for m"),
        (
            "dynamic_batching { priority_levels: 2 default_priority_level: 3 }",
            "default priority level must be in range [1, 2] for m"
        ),
        (
            "dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 3 } }",
            "priority queue policy must have priority level in range [1, 2] for m"
        ),
        (
            "dynamic_batching { preserve_ordering: true priority_levels: 2 default_priority_level: 1 }",
            "Only one priority level is allowed when 'preserve_ordering' is true for m"
        ),
        (
            "dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 1 } }",
            "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for m"
        ),
        (
            "sequence_batching { control_input { control { kind: CONTROL_SEQUENCE_START bool_false_true: [false, true] } } }",
            "sequence batching control tensor must have a name for m"
        ),
        (
            "sequence_batching { control_input { name: 'S' control { kind: CONTROL_SEQUENCE_START } } }",
            "sequence batching must specify either 'int32_false_true', 'fp32_false_true' or 'bool_false_true' for CONTROL_SEQUENCE_START for m"
        ),
        (
            "sequence_batching { control_input { name: 'S' control { kind: CONTROL_SEQUENCE_END int32_false_true: [1] } } }",
            "sequence batching control 'int32_false_true' must have exactly 2 entries for CONTROL_SEQUENCE_END for m"
        ),
        (
            "sequence_batching { control_input { name: 'S' control { kind: CONTROL_SEQUENCE_READY int32_false_true: [0,1] fp32_false_true: [0,1] } } }",
            "sequence batching specifies more than one from 'int32_false_true', 'fp32_false_true' and 'bool_false_true' for CONTROL_SEQUENCE_READY for m"
        ),
        (
            "sequence_batching { control_input [ { name: 'S' control { int32_false_true: [0,1] } }, { name: 'T' control { int32_false_true: [0,1] } } ] }",
            "sequence batching specifies multiple CONTROL_SEQUENCE_START tensors for m"
        ),
        (
            "sequence_batching { control_input { name: 'C' control { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_FP32 } } }",
            "unexpected data type for control CONTROL_SEQUENCE_CORRID for m. Allowed data types are TYPE_UINT64, TYPE_INT64, TYPE_UINT32, TYPE_INT32 and TYPE_STRING"
        ),
        (
            "sequence_batching { oldest { max_candidate_sequences: -1 } }",
            "sequence batching maximum candidate sequences must be >= 0 for m"
        ),
        (
            "max_batch_size: 2 sequence_batching { oldest { preferred_batch_size: 3 } }",
            "sequence batching preferred batch size must be <= max batch size for m"
        ),
        (
            "sequence_batching { direct { minimum_slot_utilization: 1.5 } }",
            "sequence batching minimum slot utilization must be in range [0.0, 1.0] for m"
        ),
        (
            "sequence_batching { direct { minimum_slot_utilization: nan } }",
            "sequence batching minimum slot utilization must be in range [0.0, 1.0] for m"
        ),
        (
            "sequence_batching { state { } }",
            "sequence batching state must specify 'input_name' and 'output_name' for m"
        ),
        (
            "response_cache { enable: true } model_transaction_policy { decoupled: true }",
            "Response Cache does not currently support model m with 'decoupled' transaction policy. Please disable the response cache."
        ),
        (
            "response_cache { enable: true } sequence_batching { }",
            "Response Cache does not currently support model m with 'sequence_batching' scheduling choice. Please disable the response cache."
        ),
        (
            "ensemble_scheduling { }",
            "ensemble scheduling cannot be set for model 'm' whose platform is not ensemble"
        ),
    ]

    @Test(arguments: polling) func rejectsWhenPolling(text: String, expected: String) {
        let backend = text.contains("backend:") ? "" : "backend: 'identity' "
        #expect(message(polling: "name: 'm' \(backend)\(text)") == expected)
    }

    @Test func rejectsAnotherName() {
        #expect(
            message(polling: "name: 'other' backend: 'identity'")
                == "unexpected directory name 'm' for model 'other', directory name must equal model name")
    }

    @Test func listsFurtherViolationsBelowTheFirst() {
        let text = "name: 'm' backend: 'identity' max_batch_size: -1 dynamic_batching { preferred_batch_size: [0, 4] }"
        #expect(
            message(polling: text) == """
                'max_batch_size' must be non-negative value for m
                dynamic batching preferred size must be positive for m
                dynamic batching preferred size must be <= max batch size for m
                """)
    }

    /// Text (after name, backend and, unless it has its own, tensors), and the error that keeps a version from loading.
    static let loading: [(String, String)] = [
        (
            "input { name: 'I' data_type: TYPE_INT32 dims: 0 }",
            "model input 'I' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m"
        ),
        (
            "output { name: 'O' data_type: TYPE_INT32 dims: -2 }",
            "model output 'O' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m"
        ),
        ("input { data_type: TYPE_INT32 dims: 1 }", "model input must specify 'name' for m"),
        ("input { name: 'I' dims: 1 }", "model input 'I' must specify 'data_type' for m"),
        ("output { name: 'O' data_type: TYPE_FP32 }", "model output 'O' must specify 'dims' for m"),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: 1 reshape { } }",
            "model input 'I' cannot have empty reshape for non-batching model as scalar tensors are not supported for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: 4 reshape { shape: 0 } }",
            "model input 'I' reshape dimensions must be integer >= 1, or -1 to indicate a variable-size dimension for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: 4 reshape { shape: [2, 3] } }",
            "model input 'I' has different size for dims and reshape for m"
        ),
        (
            "max_batch_size: 1 input { name: 'I' data_type: TYPE_FP32 dims: 4 reshape { } }",
            "model input 'I' has different size for dims and reshape for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: [4, -1] reshape { shape: [-1, 4] } }",
            "model input 'I' has different size for dims and reshape for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: [-1, -1] reshape { shape: [-1] } }",
            "model input 'I' has different number of variable-size dimensions for dims and reshape for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: [4611686018427387904, 4] }",
            "model input 'I' dims [4611686018427387904,4] have more elements than can be addressed for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: 4 format: FORMAT_NHWC }",
            "model input NHWC/NCHW require 3 dims for m"
        ),
        (
            "input { name: 'I' data_type: TYPE_FP32 dims: 4 is_shape_tensor: true }",
            "shape tensors are only supported for TensorRT platform for m"
        ),
        ("batch_input { target_name: 'T' data_type: TYPE_FP32 source_input: 'x' }", "unknown source input name 'x'"),
        (
            "batch_input { target_name: 'T' data_type: TYPE_INT64 source_input: 'INPUT0' }",
            "batch input data type must be TYPE_INT32 or TYPE_FP32"
        ),
        (
            "batch_input { target_name: ['T', 'U'] data_type: TYPE_FP32 source_input: 'INPUT0' }",
            "batch input kind 'BATCH_ELEMENT_COUNT' expects 1 target name, got 2"
        ),
        ("batch_output { target_name: 'x' source_input: 'INPUT0' }", "unknown target output name 'x'"),
        (
            "batch_output { target_name: 'OUTPUT0' }",
            "batch output kind 'BATCH_SCATTER_WITH_INPUT_SHAPE' expects 1 source input, got 0"
        ),
        (
            "instance_group { kind: KIND_GPU }",
            "instance group m_0 of model m has kind KIND_GPU but no GPUs are available"
        ),
        (
            "instance_group { kind: KIND_GPU gpus: 0 }",
            "instance group m_0 of model m has kind KIND_GPU but no GPUs are available"
        ),
        (
            "instance_group { kind: KIND_CPU gpus: 0 }",
            "instance group m_0 of model m has kind KIND_CPU but specifies one or more GPUs"
        ),
        (
            "instance_group { kind: KIND_MODEL gpus: 0 }",
            "instance group m_0 of model m has kind KIND_MODEL but specifies one or more GPUs"
        ),
        (
            "instance_group { count: 1000000 }",
            "instance group m_0 of model m has a count of 1000000; at most 1024 instances can be made"
        ),
        (
            "model_warmup { name: 'w' batch_size: 1 inputs { key: 'INPUT0' value { data_type: TYPE_FP32 dims: -1 zero_data: true } } }",
            "warmup sample 'w' of model m, input 'INPUT0' must have dims of 1 or more, got [-1]"
        ),
        (
            "model_warmup { name: 'w' batch_size: 1 inputs { key: 'INPUT0' value { data_type: TYPE_FP32 dims: 1 } } }",
            "warmup sample 'w' of model m, input 'INPUT0' must specify one of 'zero_data', 'random_data' and 'input_data_file'"
        ),
        (
            "default_model_filename: '../../secret'",
            "'default_model_filename' of model m is '../../secret', and must not leave the model's directory"
        ),
        (
            "cc_model_filenames { key: '7.5' value: 'a/../../x' }",
            "'cc_model_filenames' of model m is 'a/../../x', and must not leave the model's directory"
        ),
        (
            "output { name: 'O' data_type: TYPE_INT32 dims: 1 label_filename: '/../..' } input { name: 'I' data_type: TYPE_INT32 dims: 1 }",
            "'label_filename' of output 'O' of model m is '/../..', and must not leave the model's directory"
        ),
        (
            "model_warmup { name: 'w' batch_size: 1 inputs { key: 'INPUT0' value { data_type: TYPE_FP32 dims: 1 input_data_file: '../x' } } }",
            "'input_data_file' of warmup sample 'w', input 'INPUT0' of model m is '../x', and must not leave the model's directory"
        ),
    ]

    @Test(arguments: loading) func rejectsWhenLoading(text: String, expected: String) throws {
        let ownTensors = text.hasPrefix("batch") || !(text.contains("input {") || text.contains("output {"))
        let config = try configuration("name: 'm' backend: 'identity' \(ownTensors ? Self.tensors : "")\(text)")
        let error = #expect(throws: ServingError.self) { try config.validateForLoading() }
        #expect(error?.labelledMessage.withoutPlaces == "Invalid argument: \(expected)")
    }

    @Test(arguments: [
        "input { name: 'I' data_type: TYPE_FP32 dims: [2, 4, -1, 6] reshape { shape: [8, -1, 1, 6] } }",
        "max_batch_size: 1 input { name: 'I' data_type: TYPE_FP32 dims: 1 reshape { } }",
        "input { name: 'I' data_type: TYPE_STRING dims: [-1, -1] }",
        "dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY } }",
        "model_warmup { name: 'off' inputs { key: 'I' } }",
        "default_model_filename: 'folder/..model..pt' cc_model_filenames { key: '7.5' value: './x' }",
        "", "sequence_batching { direct { } }", "runtime: 'x' backend: 'python'",
    ]) func acceptsWhatIsRight(text: String) throws {
        let backend = text.contains("backend:") ? "" : "backend: 'identity' "
        try configuration("name: 'm' \(backend)\(text)").validateForLoading()
    }

    @Test func checksGPUsThatExist() throws {
        let text = "name: 'm' backend: 'identity' instance_group { kind: KIND_GPU gpus: [0, 5] }"
        let config = try ModelConfigurationLoader(gpus: [0, 1]).configuration(
            text: Array(text.utf8), path: "config.pbtxt", modelName: "m", directory: ModelDirectoryListing())
        let error = #expect(throws: ServingError.self) { try config.validateForLoading(gpus: [0, 1]) }
        #expect(
            error?.message.withoutPlaces
                == "instance group m_0 of model m specifies invalid or unsupported gpu id 5. The usable GPUs are: 0 1")
    }

    @Test func tellsTheSameMistakeOnce() throws {
        let config = try configuration(
            "backend: 'identity' input [ { name: 'A' data_type: TYPE_FP32 dims: 0 }, { name: 'B' dims: 0 } ] "
                + "output { name: 'C' dims: 0 }")
        let error = #expect(throws: ServingError.self) { try config.validateForLoading() }
        #expect(
            error?.message.withoutPlaces == """
                model input 'A' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m
                model input 'B' must specify 'data_type' for m
                """)
    }

    @Test func findsRepeatedTensorNames() throws {
        let config = try configuration("name: 'm' backend: 'identity' " + Self.tensors + Self.tensors)
        try config.validateForLoading()
        let error = #expect(throws: ServingError.self) { try config.validateTensorNames() }
        #expect(
            error?.message.withoutPlaces == """
                model 'm' has more than one input named 'INPUT0'
                model 'm' has more than one output named 'OUTPUT0'
                """)
    }

    @Test func wantsAFileWithoutAutoCompletion() {
        let loader = ModelConfigurationLoader(autoCompletes: false)
        let directory = ModelDirectoryListing(firstSubdirectory: "1", files: ["model.pt"])
        let absent = #expect(throws: ServingError.self) {
            try loader.configuration(text: nil, path: "/models/m/config.pbtxt", modelName: "m", directory: directory)
        }
        #expect(
            absent?.message == "failed to open text file for read /models/m/config.pbtxt: No such file or directory")
        let incomplete = #expect(throws: ServingError.self) {
            try loader.configuration(
                text: Array("input { name: 'I' dims: 1 }".utf8), path: "config.pbtxt", modelName: "m",
                directory: directory)
        }
        #expect(incomplete?.message.withoutPlaces == "model input 'I' must specify 'data_type' for m")
    }

    @Test func showsAllErrorsOfAFile() {
        let error = #expect(throws: ServingError.self) {
            try ModelConfigurationLoader().configuration(
                text: Array("name: 'm'\nmax_batchsize: 8\nbackend identity\n".utf8), path: "/models/m/config.pbtxt",
                modelName: "m", directory: ModelDirectoryListing())
        }
        #expect(
            error?.message.withoutPlaces == """
                failed to read text proto from /models/m/config.pbtxt
                config.pbtxt:2:1: error: unknown field "max_batchsize"; did you mean "max_batch_size"?
                    max_batchsize: 8
                    ^
                config.pbtxt:3:1: error: expected ":" after "backend"
                    backend identity
                    ^
                config.pbtxt:3:9: error: expected a string, found identity; write it in quotes: "identity"
                    backend identity
                            ^
                """)
    }

    @Test func takesAnOverrideInJSON() throws {
        let json = """
            {"backend": "identity", "max_batch_size": 2, "input": [{"name": "INPUT0", "data_type": "TYPE_FP32", \
            "dims": [16]}], "instance_group": [{"kind": "KIND_CPU", "count": 1}]}
            """
        let config = try ModelConfigurationLoader().configuration(
            overrideJSON: json, modelName: "m", directory: ModelDirectoryListing())
        #expect(config.name == "m")
        #expect(config.maxBatchSize == 2)
        #expect(config.instanceGroups.map(\.name) == ["m_0"])
        let error = #expect(throws: ServingError.self) {
            try ModelConfigurationLoader().configuration(
                overrideJSON: "{\"max_batch_sizes\":2}", modelName: "m", directory: ModelDirectoryListing())
        }
        #expect(error?.message.hasPrefix("Invalid config override: ") == true)
    }

    @Test func finishesWhatABackendCompleted() throws {
        var config = try configuration("backend: 'onnxruntime'")
        config.maxBatchSize = 4
        config.scheduling = .dynamicBatching(ModelDynamicBatching())
        let finished = try ModelConfigurationLoader().finished(config)
        #expect(finished.dynamicBatching?.preferredBatchSizes == [4])
        #expect(finished.instanceGroups.map(\.count) == [2])
    }
}
