import InferenceTypes

extension RecordedExchange {
    /// Requests that the reference server refused after reading them, and its words.
    static let invalidRequests: [Rejection] = [
        Rejection(
            Request(
                "FP16-binary-in-json-out", "id_types",
                #"{"inputs":[{"name":"INPUT9","shape":[2],"datatype":"FP16","parameters":{"binary_data_size":4}}],"outputs":[{"name":"OUTPUT9","parameters":{"binary_data":false}}]}"#,
                binary: "003c0040"), .invalidArgument,
            "sending FP16 data via JSON is not supported. Please use the binary data format for output"),
        Rejection(
            Request(
                "BF16-binary-in-json-out", "id_types",
                #"{"inputs":[{"name":"INPUT13","shape":[2],"datatype":"BF16","parameters":{"binary_data_size":4}}],"outputs":[{"name":"OUTPUT13","parameters":{"binary_data":false}}]}"#,
                binary: "003c0040"), .invalidArgument,
            "sending BF16 data via JSON is not supported. Please use the binary data format for output"),
        Rejection(
            Request(
                "duplicate-keys", "id_fp32",
                #"{"inputs":[],"inputs":[{"name": "INPUT0", "shape": [1, 16], "datatype": "FP32", "data": [\#(sixteen)]}]}"#
            ), .invalidArgument,
            "[request id: <id_unknown>] expected 1 inputs but got 0 inputs for model 'id_fp32'. Got input(s) [], but missing required input(s) ['INPUT0']. Please provide all required input(s)."
        ),
        Rejection(
            Request("inputs-of-numbers", "id_fp32", #"{"inputs":[1]}"#), .invalidArgument,
            "Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in 'parameters'. But no field is set"
        ),
        Rejection(
            Request("input-no-data", "id_fp32", #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32"}]}"#),
            .invalidArgument,
            "Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in 'parameters'. But no field is set"
        ),
        Rejection(
            Request(
                "input-name-empty", "id_fp32",
                #"{"inputs":[{"name":"","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#), .invalidArgument,
            "unexpected inference input '' for model 'id_fp32'"),
        Rejection(
            Request(
                "input-name-case", "id_fp32",
                #"{"inputs":[{"name":"input0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            .invalidArgument, "unexpected inference input 'input0' for model 'id_fp32'"),
        Rejection(
            Request(
                "input-extra", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]},{"name":"INPUT1","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#
            ), .invalidArgument,
            "[request id: <id_unknown>] expected 1 inputs but got 2 inputs for model 'id_fp32'. Got input(s) ['INPUT1','INPUT0'], but missing required input(s) ]. Please provide all required input(s)."
        ),
        Rejection(
            Request(
                "input-missing-of-two", "id_two",
                #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}"#), .invalidArgument,
            "[request id: <id_unknown>] expected 2 inputs but got 1 inputs for model 'id_two'. Got input(s) ['INPUT0'], but missing required input(s) ['INPUT1']. Please provide all required input(s)."
        ),
        Rejection(
            Request(
                "input-missing-of-two-other", "id_two",
                #"{"inputs":[{"name":"INPUT1","shape":[1,2],"datatype":"INT32","data":[1,2]}]}"#), .invalidArgument,
            "[request id: <id_unknown>] expected 2 inputs but got 1 inputs for model 'id_two'. Got input(s) ['INPUT1'], but missing required input(s) ['INPUT0']. Please provide all required input(s)."
        ),
        Rejection(
            Request(
                "input-right-count-wrong-name", "id_two",
                #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"FP32","data":[1,2,3]},{"name":"INPUT9","shape":[1,2],"datatype":"INT32","data":[1,2]}]}"#
            ), .invalidArgument, "unexpected inference input 'INPUT9' for model 'id_two'"),
        Rejection(
            Request(
                "error-with-id", "id_fp32",
                #"{"id":"req-7","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"INT32","data":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}]}"#
            ), .invalidArgument,
            "[request id: req-7] inference input 'INPUT0' data-type is 'INT32', but model 'id_fp32' expects 'FP32'"),
        Rejection(
            Request(
                "dtype-wrong", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"INT32","data":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}]}"#
            ), .invalidArgument,
            "[request id: <id_unknown>] inference input 'INPUT0' data-type is 'INT32', but model 'id_fp32' expects 'FP32'"
        ),
        Rejection(
            Request(
                "dtype-fp64", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP64","data":[\#(sixteen)]}]}"#),
            .invalidArgument,
            "[request id: <id_unknown>] inference input 'INPUT0' data-type is 'FP64', but model 'id_fp32' expects 'FP32'"
        ),
        Rejection(
            Request(
                "dtype-unknown", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FLOAT","data":[\#(sixteen)]}]}"#),
            .invalidArgument, "invalid datatype for input INPUT0"),
        Rejection(
            Request(
                "dtype-TYPE_FP32", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"TYPE_FP32","data":[\#(sixteen)]}]}"#),
            .invalidArgument, "invalid datatype for input INPUT0"),
        Rejection(
            Request(
                "dtype-lowercase", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"fp32","data":[\#(sixteen)]}]}"#),
            .invalidArgument, "invalid datatype for input INPUT0"),
        Rejection(
            Request(
                "dtype-empty", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"","data":[\#(sixteen)]}]}"#), .invalidArgument,
            "invalid datatype for input INPUT0"),
        Rejection(
            Request(
                "dtype-STRING", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,1],"datatype":"STRING","data":["a"]}]}"#), .invalidArgument,
            "invalid datatype for input INPUT0"),
        Rejection(
            Request(
                "shape-no-batch", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[16],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            .invalidArgument, "[request id: <id_unknown>] inference request batch-size must be <= 8 for 'id_fp32'"),
        Rejection(
            Request(
                "shape-wrong-dim", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,15],"datatype":"FP32","data":[0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0]}]}"#
            ), .invalidArgument,
            "[request id: <id_unknown>] unexpected shape for input 'INPUT0' for model 'id_fp32'. Expected [-1,16], got [1,15]. "
                + batchNote),
        Rejection(
            Request(
                "shape-extra-dim", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16,1],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            .invalidArgument,
            "[request id: <id_unknown>] unexpected shape for input 'INPUT0' for model 'id_fp32'. Expected [-1,16], got [1,16,1]. "
                + batchNote),
        Rejection(
            Request(
                "shape-empty", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[],"datatype":"FP32","data":[\#(sixteen)]}]}"#), .invalidArgument,
            "[request id: <id_unknown>] input 'INPUT0' has no shape but model requires batch dimension for 'id_fp32'"),
        Rejection(
            Request(
                "shape-zero-batch", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[0,16],"datatype":"FP32","data":[]}]}"#), .invalidArgument,
            "[request id: <id_unknown>] input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 0"
        ),
        Rejection(
            Request(
                "shape-batch-mismatch", "id_two",
                #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"FP32","data":[1,2,3]},{"name":"INPUT1","shape":[2,2],"datatype":"INT32","data":[1,2,3,4]}]}"#
            ), .invalidArgument,
            "[request id: <id_unknown>] input 'INPUT0' batch size does not match other inputs for 'id_two'"),
        Rejection(
            Request(
                "shape-var-wrong-fixed", "id_var",
                #"{"inputs":[{"name":"INPUT0","shape":[2,4],"datatype":"INT32","data":[1,2,3,4,5,6,7,8]}]}"#),
            .invalidArgument,
            "[request id: <id_unknown>] unexpected shape for input 'INPUT0' for model 'id_var'. Expected [-1,3], got [2,4]. "
        ),
        Rejection(
            Request(
                "output-unknown", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{"name":"NOPE"}]}"#
            ), .invalidArgument, "unexpected inference output 'NOPE' for model 'id_fp32'"),
        Rejection(
            Request(
                "bin-size-large", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":68}}]}"#,
                binary:
                    "000000000000803f0000004000004040000080400000a0400000c0400000e040000000410000104100002041000030410000404100005041000060410000704161626364"
            ), .invalidArgument,
            "[request id: <id_unknown>] input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 68"
        ),
        Rejection(
            Request(
                "bin-size-zero", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":0}}]}"#),
            .invalidArgument,
            "[request id: <id_unknown>] input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 0"
        ),
        Rejection(
            Request(
                "bin-truncated", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":64}}]}"#,
                binary: "000000000000803f0000004000004040000080400000a0400000c0400000e040"), .invalidArgument,
            "unexpected size for input 'INPUT0', expecting 32 additional bytes for model 'id_fp32'"),
        Rejection(
            Request(
                "bin-hdrlen-zero", "id_fp32", #""#,
                binary:
                    "7b22696e70757473223a5b7b226e616d65223a22494e50555430222c227368617065223a5b312c31365d2c226461746174797065223a2246503332222c22706172616d6574657273223a7b2262696e6172795f646174615f73697a65223a36347d7d5d7d000000000000803f0000004000004040000080400000a0400000c0400000e0400000004100001041000020410000304100004041000050410000604100007041"
            ), .invalidArgument,
            "[request id: <id_unknown>] input byte size mismatch for input 'raw_input' for model 'id_fp32'. Expected 64, got 164"
        ),
        Rejection(
            Request(
                "bin-hdrlen-plus5", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":64}}]}"#,
                binary: sixteenFloats, headerLength: .bytes(105)), .invalidArgument,
            "unexpected size for input 'INPUT0', expecting 5 additional bytes for model 'id_fp32'"),
        Rejection(
            Request(
                "bin-no-hdrlen", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":64}}]}"#,
                binary: sixteenFloats, headerLength: .wholeBody), .invalidArgument,
            "unexpected size for input 'INPUT0', expecting 64 additional bytes for model 'id_fp32'"),
        Rejection(
            Request(
                "bytes-truncated-len", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,2],"datatype":"BYTES","parameters":{"binary_data_size":7}}]}"#,
                binary: "01000000610100"), .invalidArgument,
            "[request id: <id_unknown>] incomplete string length indicator for inference input 'INPUT0' for model 'id_bytes', expecting 4 bytes but only 2 bytes available. Please make sure the string length indicator is in one buffer."
        ),
        Rejection(
            Request(
                "bytes-too-many", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,1],"datatype":"BYTES","parameters":{"binary_data_size":10}}]}"#,
                binary: "01000000610100000062"), .invalidArgument,
            "[request id: <id_unknown>] unexpected number of string elements 2 for inference input 'INPUT0' for model 'id_bytes', expecting 1"
        ),
        Rejection(
            Request(
                "bytes-json-too-few", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"BYTES","data":["a"]}]}"#), .invalidArgument,
            "[request id: <id_unknown>] expected 3 string elements for inference input 'INPUT0' for model 'id_bytes', got 1"
        ),
        Rejection(
            Request(
                "params-reserved", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":{"triton_foo":1}}"#
            ), .invalidArgument,
            "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified."),
        Rejection(
            Request(
                "ensemble-wrong-input", "ens_id3",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            .invalidArgument, "unexpected inference input 'INPUT0' for model 'ens_id3'"),
        Rejection(
            Request(
                "ensemble-batch-too-big", "ens_id3",
                #"{"inputs":[{"name":"IN","shape":[9,16],"datatype":"FP32","data":[\#(sixteen),\#(sixteen),\#(sixteen),\#(sixteen),\#(sixteen),\#(sixteen),\#(sixteen),\#(sixteen),\#(sixteen)]}]}"#
            ), .invalidArgument, "[request id: <id_unknown>] inference request batch-size must be <= 8 for 'ens_id3'"),
    ]
}
