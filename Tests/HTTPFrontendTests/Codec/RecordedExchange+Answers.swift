import InferenceTypes

extension RecordedExchange {
    /// Requests that the reference server answered, and its answers without the response parameters of its backend.
    static let answers: [Answer] = [
        Answer(
            Request(
                "json-nested", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[[\#(sixteen)]]}]}"#),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "json-int-for-fp32", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "json-outputs", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{"name":"OUTPUT0"}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "json-outputs-empty", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[]}"#),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "json-in-binary-data-output", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":{"binary_data_output":true}}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}]}"#,
            binary: sixteenFloats),
        Answer(
            Request(
                "binary-in-binary-out", "id_fp32",
                #"{"id":"b1","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":64}}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}}]}"#,
                binary: sixteenFloats),
            #"{"id":"b1","model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}]}"#,
            binary: sixteenFloats),
        Answer(
            Request(
                "json-whitespace", "id_fp32",
                #"\#n  {\#n  "inputs": [\#n    {\#n      "name": "INPUT0",\#n      "shape": [\#n        1,\#n        16\#n      ],\#n      "datatype": "FP32",\#n      "data": [\#n        0.0,\#n        1.0,\#n        2.0,\#n        3.0,\#n        4.0,\#n        5.0,\#n        6.0,\#n        7.0,\#n        8.0,\#n        9.0,\#n        10.0,\#n        11.0,\#n        12.0,\#n        13.0,\#n        14.0,\#n        15.0\#n      ]\#n    }\#n  ]\#n}\#n  "#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "unknown-request-parameter", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"parameters":{"foo":"x","n":3,"b":true,"d":1.5}}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "id-empty", "id_fp32",
                #"{"id":"","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "id-unicode", "id_fp32",
                #"{"id":"\u00e9\u2603\"\\\n","inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}]}"#
            ),
            #"{"id":"é☃\"\\\n","model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "bytes-json-nested", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[2,2],"datatype":"BYTES","data":[["a","b"],["c","d"]]}]}"#),
            #"{"model_name":"id_bytes","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[2,2],"data":["a","b","c","d"]}]}"#
        ),
        Answer(
            Request(
                "bytes-escapes", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,2],"datatype":"BYTES","data":["q\"\\/\b\n","\u0000x\ud83d\ude00"]}]}"#
            ),
            #"{"model_name":"id_bytes","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[1,2],"data":["q\"\\/\b\n","\u0000x😀"]}]}"#
        ),
        Answer(
            Request(
                "bytes-binary", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"BYTES","parameters":{"binary_data_size":18}}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}}]}"#,
                binary: "030000006162630000000003000000ff00fe"),
            #"{"model_name":"id_bytes","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[1,3],"parameters":{"binary_data_size":18}}]}"#,
            binary: "030000006162630000000003000000ff00fe"),
        Answer(
            Request(
                "bytes-zero-elements-json", "id_bytes",
                #"{"inputs":[{"name":"INPUT0","shape":[1,0],"datatype":"BYTES","data":[]}]}"#),
            #"{"model_name":"id_bytes","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[1,0],"data":[]}]}"#
        ),
        Answer(
            Request(
                "type-json-BOOL", "id_types",
                #"{"inputs":[{"name":"INPUT0","shape":[2],"datatype":"BOOL","data":[true,false]}],"outputs":[{"name":"OUTPUT0"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BOOL","shape":[2],"data":[true,false]}]}"#
        ),
        Answer(
            Request(
                "type-json-UINT32", "id_types",
                #"{"inputs":[{"name":"INPUT3","shape":[2],"datatype":"UINT32","data":[0,4294967295]}],"outputs":[{"name":"OUTPUT3"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT3","datatype":"UINT32","shape":[2],"data":[0,4294967295]}]}"#
        ),
        Answer(
            Request(
                "type-json-UINT64", "id_types",
                #"{"inputs":[{"name":"INPUT4","shape":[2],"datatype":"UINT64","data":[0,18446744073709551615]}],"outputs":[{"name":"OUTPUT4"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT4","datatype":"UINT64","shape":[2],"data":[0,18446744073709551615]}]}"#
        ),
        Answer(
            Request(
                "type-json-INT8", "id_types",
                #"{"inputs":[{"name":"INPUT5","shape":[2],"datatype":"INT8","data":[-128,127]}],"outputs":[{"name":"OUTPUT5"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT5","datatype":"INT8","shape":[2],"data":[-128,127]}]}"#
        ),
        Answer(
            Request(
                "type-json-INT16", "id_types",
                #"{"inputs":[{"name":"INPUT6","shape":[2],"datatype":"INT16","data":[-32768,32767]}],"outputs":[{"name":"OUTPUT6"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT6","datatype":"INT16","shape":[2],"data":[-32768,32767]}]}"#
        ),
        Answer(
            Request(
                "type-json-INT64", "id_types",
                #"{"inputs":[{"name":"INPUT8","shape":[2],"datatype":"INT64","data":[-9223372036854775808,9223372036854775807]}],"outputs":[{"name":"OUTPUT8"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT8","datatype":"INT64","shape":[2],"data":[-9223372036854775808,9223372036854775807]}]}"#
        ),
        Answer(
            Request(
                "type-json-FP32", "id_types",
                #"{"inputs":[{"name":"INPUT10","shape":[2],"datatype":"FP32","data":[0.1,-2.5]}],"outputs":[{"name":"OUTPUT10"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT10","datatype":"FP32","shape":[2],"data":[0.10000000149011612,-2.5]}]}"#
        ),
        Answer(
            Request(
                "type-json-FP64", "id_types",
                #"{"inputs":[{"name":"INPUT11","shape":[2],"datatype":"FP64","data":[0.1,1e+300]}],"outputs":[{"name":"OUTPUT11"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT11","datatype":"FP64","shape":[2],"data":[0.1,1e300]}]}"#
        ),
        Answer(
            Request(
                "type-json-BYTES", "id_types",
                #"{"inputs":[{"name":"INPUT12","shape":[2],"datatype":"BYTES","data":["x","y"]}],"outputs":[{"name":"OUTPUT12"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT12","datatype":"BYTES","shape":[2],"data":["x","y"]}]}"#
        ),
        Answer(
            Request(
                "two-inputs", "id_two",
                #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"FP32","data":[1,2,3]},{"name":"INPUT1","shape":[1,2],"datatype":"INT32","data":[4,5]}]}"#
            ),
            #"{"model_name":"id_two","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,3],"data":[1.0,2.0,3.0]},{"name":"OUTPUT1","datatype":"INT32","shape":[1,2],"data":[4,5]}]}"#
        ),
        Answer(
            Request(
                "two-inputs-reordered", "id_two",
                #"{"inputs":[{"name":"INPUT1","shape":[1,2],"datatype":"INT32","data":[4,5]},{"name":"INPUT0","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"OUTPUT1"},{"name":"OUTPUT0"}]}"#
            ),
            #"{"model_name":"id_two","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,3],"data":[1.0,2.0,3.0]},{"name":"OUTPUT1","datatype":"INT32","shape":[1,2],"data":[4,5]}]}"#
        ),
        Answer(
            Request(
                "mixed-binary-json", "id_two",
                #"{"inputs":[{"name":"INPUT0","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"INPUT1","shape":[1,2],"datatype":"INT32","data":[4,5]}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}},{"name":"OUTPUT1"}]}"#,
                binary: "0000803f00000040"),
            #"{"model_name":"id_two","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}},{"name":"OUTPUT1","datatype":"INT32","shape":[1,2],"data":[4,5]}]}"#,
            binary: "0000803f00000040"),
        Answer(
            Request(
                "reshape", "id_reshape", #"{"inputs":[{"name":"INPUT0","shape":[2,1],"datatype":"FP32","data":[1,2]}]}"#
            ),
            #"{"model_name":"id_reshape","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[2,1],"data":[1.0,2.0]}]}"#
        ),
        Answer(
            Request(
                "ensemble-binary", "ens_id3",
                #"{"inputs":[{"name":"IN","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":64}}],"outputs":[{"name":"OUT","parameters":{"binary_data":true}}]}"#,
                binary: sixteenFloats),
            #"{"model_name":"ens_id3","model_version":"1","outputs":[{"name":"OUT","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}]}"#,
            binary: sixteenFloats),
        Answer(
            Request(
                "classification-1-json", "id_labels",
                #"{"inputs":[{"name":"INPUT0","shape":[2,4],"datatype":"FP32","data":[0.1,0.9,0.3,0.2,5,4,4,7]}],"outputs":[{"name":"OUTPUT0","parameters":{"classification":1}}]}"#
            ),
            #"{"model_name":"id_labels","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[2,1],"data":["0.900000:1:dog","7.000000:3:owl"]}]}"#
        ),
        Answer(
            Request(
                "classification-2-json", "id_labels",
                #"{"inputs":[{"name":"INPUT0","shape":[2,4],"datatype":"FP32","data":[0.1,0.9,0.3,0.2,5,4,4,7]}],"outputs":[{"name":"OUTPUT0","parameters":{"classification":2}}]}"#
            ),
            #"{"model_name":"id_labels","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[2,2],"data":["0.900000:1:dog","0.300000:2:fox","7.000000:3:owl","5.000000:0:cat"]}]}"#
        ),
        Answer(
            Request(
                "classification-4-json", "id_labels",
                #"{"inputs":[{"name":"INPUT0","shape":[2,4],"datatype":"FP32","data":[0.1,0.9,0.3,0.2,5,4,4,7]}],"outputs":[{"name":"OUTPUT0","parameters":{"classification":4}}]}"#
            ),
            #"{"model_name":"id_labels","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[2,4],"data":["0.900000:1:dog","0.300000:2:fox","0.200000:3:owl","0.100000:0:cat","7.000000:3:owl","5.000000:0:cat","4.000000:1:dog","4.000000:2:fox"]}]}"#
        ),
        Answer(
            Request(
                "classification-9-json", "id_labels",
                #"{"inputs":[{"name":"INPUT0","shape":[2,4],"datatype":"FP32","data":[0.1,0.9,0.3,0.2,5,4,4,7]}],"outputs":[{"name":"OUTPUT0","parameters":{"classification":9}}]}"#
            ),
            #"{"model_name":"id_labels","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[2,4],"data":["0.900000:1:dog","0.300000:2:fox","0.200000:3:owl","0.100000:0:cat","7.000000:3:owl","5.000000:0:cat","4.000000:1:dog","4.000000:2:fox"]}]}"#
        ),
        Answer(
            Request(
                "classification-nolabels", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{"name":"OUTPUT0","parameters":{"classification":3}}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"BYTES","shape":[1,3],"data":["15.000000:15","14.000000:14","13.000000:13"]}]}"#
        ),
        Answer(
            Request(
                "infinity-literal", "id_fp32",
                #"{"inputs": [{"name": "INPUT0", "shape": [1, 16], "datatype": "FP32", "data": [Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity, Infinity]}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity]}]}"#
        ),
        Answer(
            Request(
                "data-nesting-not-shape", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[2,16],"datatype":"FP32","data":[[\#(sixteen),\#(sixteen)]]}]}"#),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[2,16],"data":[\#(sixteen),\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "data-fp32-overflow", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300,1e+300]}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity,Infinity]}]}"#
        ),
        Answer(
            Request(
                "range-UINT8-[256,0]", "id_types",
                #"{"inputs":[{"name":"INPUT1","shape":[2],"datatype":"UINT8","data":[256,0]}],"outputs":[{"name":"OUTPUT1"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT1","datatype":"UINT8","shape":[2],"data":[0,0]}]}"#
        ),
        Answer(
            Request(
                "range-INT8-[300,0]", "id_types",
                #"{"inputs":[{"name":"INPUT5","shape":[2],"datatype":"INT8","data":[300,0]}],"outputs":[{"name":"OUTPUT5"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT5","datatype":"INT8","shape":[2],"data":[44,0]}]}"#
        ),
        Answer(
            Request(
                "range-INT8-[-129,0]", "id_types",
                #"{"inputs":[{"name":"INPUT5","shape":[2],"datatype":"INT8","data":[-129,0]}],"outputs":[{"name":"OUTPUT5"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT5","datatype":"INT8","shape":[2],"data":[127,0]}]}"#
        ),
        Answer(
            Request(
                "range-UINT16-[65536,0]", "id_types",
                #"{"inputs":[{"name":"INPUT2","shape":[2],"datatype":"UINT16","data":[65536,0]}],"outputs":[{"name":"OUTPUT2"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT2","datatype":"UINT16","shape":[2],"data":[0,0]}]}"#
        ),
        Answer(
            Request(
                "range-INT16-[40000,0]", "id_types",
                #"{"inputs":[{"name":"INPUT6","shape":[2],"datatype":"INT16","data":[40000,0]}],"outputs":[{"name":"OUTPUT6"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT6","datatype":"INT16","shape":[2],"data":[-25536,0]}]}"#
        ),
        Answer(
            Request(
                "range-UINT32-[4294967296,0]", "id_types",
                #"{"inputs":[{"name":"INPUT3","shape":[2],"datatype":"UINT32","data":[4294967296,0]}],"outputs":[{"name":"OUTPUT3"}]}"#
            ),
            #"{"model_name":"id_types","model_version":"1","outputs":[{"name":"OUTPUT3","datatype":"UINT32","shape":[2],"data":[0,0]}]}"#
        ),
        Answer(
            Request(
                "output-duplicate", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{"name":"OUTPUT0"},{"name":"OUTPUT0"}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
        Answer(
            Request(
                "output-params-array", "id_fp32",
                #"{"inputs":[{"name":"INPUT0","shape":[1,16],"datatype":"FP32","data":[\#(sixteen)]}],"outputs":[{"name":"OUTPUT0","parameters":[]}]}"#
            ),
            #"{"model_name":"id_fp32","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"FP32","shape":[1,16],"data":[\#(sixteen)]}]}"#
        ),
    ]
}
