import InferenceTypes

extension RecordedExchange {
    /// Requests that the reference server could not read, and its words.
    static let malformedRequests: [Rejection] = [
        Rejection(
            Request("not-json", "id_fp32", #"hello"#), .internal,
            "failed to parse the request JSON buffer: Invalid value. at 0"),
        Rejection(
            Request("json-array", "id_fp32", #"[]"#), .internal,
            "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"),
        Rejection(
            Request("json-null", "id_fp32", #"null"#), .internal,
            "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"),
        Rejection(
            Request("empty-object", "id_fp32", #"{}"#), .internal,
            "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"),
        Rejection(
            Request("single-quotes", "id_fp32", #"{'inputs':[]}"#), .internal,
            "failed to parse the request JSON buffer: Missing a name for object member. at 1"),
        Rejection(
            Request("inputs-missing", "id_fp32", #"{"outputs":[{"name":"OUTPUT0"}]}"#), .internal,
            "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"),
        Rejection(
            Request("inputs-string", "id_fp32", #"{"inputs":"x"}"#), .internal,
            "Unable to parse 'inputs': attempt to access JSON non-array as array"),
        Rejection(
            Request(
                "input-no-name", "id_fp32", #"{"inputs":[{"shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            .internal, "Unable to parse 'name': attempt to access non-existing object member 'name'"),
        Rejection(
            Request(
                "input-no-datatype", "id_fp32", #"{"inputs":[{"name":"INPUT0","shape":[1,16],"data":[\#(sixteen)]}]}"#),
            .internal, "Unable to parse 'datatype': attempt to access non-existing object member 'datatype'"),
        Rejection(
            Request(
                "input-data-empty", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[]}]}"#), .internal,
            "Unable to parse 'data': Shape does not match true shape of 'data' field"),
        Rejection(
            Request(
                "input-data-string", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":"x"}]}"#), .internal,
            "Unable to parse 'data': attempt to access JSON non-array as array"),
        Rejection(
            Request(
                "input-data-object", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":{"a":1}}]}"#), .internal,
            "Unable to parse 'data': attempt to access JSON non-array as array"),
        Rejection(
            Request(
                "input-data-scalar", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":3}]}"#), .internal,
            "Unable to parse 'data': attempt to access JSON non-array as array"),
        Rejection(
            Request(
                "input-name-number", "id_fp32",
                #"{"inputs":[{"name":5,"shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#), .internal,
            "Unable to parse 'name': attempt to access JSON non-string as string"),
        Rejection(
            Request(
                "dtype-number", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":5,"data":[\#(sixteen)]}]}"#), .internal,
            "Unable to parse 'datatype': attempt to access JSON non-string as string"),
        Rejection(
            Request(
                "shape-negative", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[-1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#), .internal,
            "Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "shape-negative2", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,-16],"datatype":"FP32","data":[\#(sixteen)]}]}"#), .internal,
            "Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "shape-string", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":"1,16","data":[1]}]}"#), .internal,
            "Unable to parse 'shape': attempt to access JSON non-array as array"),
        Rejection(
            Request(
                "data-too-few", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0]}]}"#
            ), .internal, "Unable to parse 'data': Shape does not match true shape of 'data' field"),
        Rejection(
            Request(
                "data-ragged", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[2,16],"datatype":"FP32","data":[[\#(sixteen)],[0.0,1.0,2.0,3.0,4.0]]}]}"#
            ), .internal, "Unable to parse 'data': Shape does not match true shape of 'data' field"),
        Rejection(
            Request(
                "data-strings-for-fp32", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":["a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a"]}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-number as double"),
        Rejection(
            Request(
                "data-numeric-strings", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":["0.0","1.0","2.0","3.0","4.0","5.0","6.0","7.0","8.0","9.0","10.0","11.0","12.0","13.0","14.0","15.0"]}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-number as double"),
        Rejection(
            Request(
                "data-bool-for-fp32", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true]}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-number as double"),
        Rejection(
            Request(
                "data-null-element", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null]}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-number as double"),
        Rejection(
            Request(
                "data-object-element", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-number as double"),
        Rejection(
            Request(
                "range-UINT8-[-1,0]", "id_types",
                #"{"inputs":[{"name":"INPUT1","shape":[2],"datatype":"UINT8","data":[-1,0]}],"outputs":[{"name":"OUTPUT1"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "range-UINT32-[-1,0]", "id_types",
                #"{"inputs":[{"name":"INPUT3","shape":[2],"datatype":"UINT32","data":[-1,0]}],"outputs":[{"name":"OUTPUT3"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "range-UINT64-[-1,0]", "id_types",
                #"{"inputs":[{"name":"INPUT4","shape":[2],"datatype":"UINT64","data":[-1,0]}],"outputs":[{"name":"OUTPUT4"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "range-INT32-[1.0,2]", "id_types",
                #"{"inputs":[{"name":"INPUT7","shape":[2],"datatype":"INT32","data":[1.0,2]}],"outputs":[{"name":"OUTPUT7"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-signed-integer as signed-integer"),
        Rejection(
            Request(
                "range-BOOL-['true','false']", "id_types",
                #"{"inputs":[{"name":"INPUT0","shape":[2],"datatype":"BOOL","data":["true","false"]}],"outputs":[{"name":"OUTPUT0"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-boolean as boolean"),
        Rejection(
            Request(
                "range-BOOL-[1.0,0.0]", "id_types",
                #"{"inputs":[{"name":"INPUT0","shape":[2],"datatype":"BOOL","data":[1.0,0.0]}],"outputs":[{"name":"OUTPUT0"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-boolean as boolean"),
        Rejection(
            Request(
                "range-FP64-['x','y']", "id_types",
                #"{"inputs":[{"name":"INPUT11","shape":[2],"datatype":"FP64","data":["x","y"]}],"outputs":[{"name":"OUTPUT11"}]}"#
            ), .internal, "Unable to parse 'data': attempt to access JSON non-number as double"),
        Rejection(
            Request(
                "range-BYTES-[1,2]", "id_types",
                #"{"inputs":[{"name":"INPUT12","shape":[2],"datatype":"BYTES","data":[1,2]}],"outputs":[{"name":"OUTPUT12"}]}"#
            ), .internal, "Unable to parse JSON bytes array: attempt to access JSON non-string as string"),
        Rejection(
            Request(
                "output-no-name", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{}]}"#),
            .internal, "Unable to parse 'name': attempt to access non-existing object member 'name'"),
        Rejection(
            Request(
                "outputs-strings", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":["OUTPUT0"]}"#
            ), .internal, "Unable to parse 'name': attempt to access non-existing object member 'name'"),
        Rejection(
            Request(
                "output-binary-data-string", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":"true"}}]}"#
            ), .internal, "Unable to parse 'binary_data': attempt to access JSON non-boolean as boolean"),
        Rejection(
            Request(
                "classification-neg", "id_labels",
                #"{"inputs":[{"name":"INPUT0","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"OUTPUT0","parameters":{"classification":-1}}]}"#
            ), .internal,
            "Unable to set 'classification': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "bin-size-float", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":64.0}}]}"#,
                binary: sixteenFloats), .internal,
            "Unable to parse 'binary_data_size': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "bin-hdrlen-short", "id_fp32", #"{"inputs":"#,
                binary:
                    "5b7b226e616d65223a22494e50555430222c227368617065223a5b312c31365d2c226461746174797065223a2246503332222c22706172616d6574657273223a7b2262696e6172795f646174615f73697a65223a36347d7d5d7d000000000000803f0000004000004040000080400000a0400000c0400000e0400000004100001041000020410000304100004041000050410000604100007041"
            ), .internal, "failed to parse the request JSON buffer: Invalid value. at 10"),
        Rejection(
            Request(
                "bytes-json-numbers", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,2],"datatype":"BYTES","data":[1,2]}]}"#), .internal,
            "Unable to parse JSON bytes array: attempt to access JSON non-string as string"),
        Rejection(
            Request(
                "id-number", "id_fp32",
                #"{"id":5,"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            .internal, "Unable to parse 'id': attempt to access JSON non-string as string"),
        Rejection(
            Request(
                "id-null", "id_fp32",
                #"{"id":null,"inputs":[{"name": "INPUT0", "shape": [1, 16], "datatype": "FP32", "data": [\#(sixteen)]}]}"#
            ), .internal, "Unable to parse 'id': attempt to access JSON non-string as string"),
        Rejection(
            Request(
                "params-array", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":[]}"#
            ), .internal, "failed to get request params.: attempt to get members for non-object"),
        Rejection(
            Request(
                "params-priority-string", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":{"priority":"high"}}"#
            ), .internal, "Unable to parse 'priority': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "params-priority-neg", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":{"priority":-1}}"#
            ), .internal, "Unable to parse 'priority': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "params-timeout-string", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":{"timeout":"soon"}}"#
            ), .internal, "Unable to parse 'timeout': attempt to access JSON non-unsigned-integer as unsigned-integer"),
        Rejection(
            Request(
                "seq-start-string", "id_seq",
                #"{"inputs":[{"name":"INPUT0","shape":[1,1],"datatype":"INT32","data":[1]}],"parameters":{"sequence_id":5,"sequence_start":"true"}}"#
            ), .internal, "Unable to parse 'sequence_start': attempt to access JSON non-boolean as boolean"),
        Rejection(
            Request(
                "seq-id-float", "id_seq",
                #"{"inputs":[{"name":"INPUT0","shape":[1,1],"datatype":"INT32","data":[1]}],"parameters":{"sequence_id":5.5,"sequence_start":true}}"#
            ), .internal, "Unable to parse 'sequence_id': attempt to access JSON non-string as string"),
    ]
}
