@testable import GRPCFrontend

extension RecordedInferCall {
    static let all = [
        RecordedInferCall(
            "g-raw",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCARA6QAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEE=",
            answer:
                "CgdpZF9mcDMyEgExIhMKBnBhcmFtMxIJIR1aZDvfx15AIicKBnBhcmFtMBIdGhthbiBleGFtcGxlIHN0cmluZyBwYXJhbWV0ZXIiDAoGcGFyYW0yEgIIACIMCgZwYXJhbTESAhAqKhMKB09VVFBVVDASBEZQMzIaAgEQMkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB"
        ),
        RecordedInferCall(
            "g-id-version-outputs",
            "CgtpZF92ZXJzaW9ucxIBMRoDZ2lkKiYKBklOUFVUMBIERlAzMhoCAQQqEjIQAACAPwAAAEAAAEBAAACAQDIJCgdPVVRQVVQw",
            answer:
                "CgtpZF92ZXJzaW9ucxIBMRoDZ2lkIgwKBnBhcmFtMhICCAAiDAoGcGFyYW0xEgIQKiInCgZwYXJhbTASHRobYW4gZXhhbXBsZSBzdHJpbmcgcGFyYW1ldGVyIhMKBnBhcmFtMxIJIR1aZDvfx15AKhMKB09VVFBVVDASBEZQMzIaAgEEMhAAAIA/AAAAQAAAQEAAAIBA"
        ),
        RecordedInferCall(
            "g-type-BOOL",
            "CghpZF90eXBlcyoXCgZJTlBVVDASBEJPT0waAQIqBAoCAQAyCQoHT1VUUFVUMA==",
            answer:
                "CghpZF90eXBlcxIBMSIMCgZwYXJhbTESAhAqIicKBnBhcmFtMBIdGhthbiBleGFtcGxlIHN0cmluZyBwYXJhbWV0ZXIiDAoGcGFyYW0yEgIIACITCgZwYXJhbTMSCSEdWmQ738deQCoSCgdPVVRQVVQwEgRCT09MGgECMgIBAA=="
        ),
        RecordedInferCall(
            "g-type-UINT8",
            "CghpZF90eXBlcyoZCgZJTlBVVDESBVVJTlQ4GgECKgUiAwD/ATIJCgdPVVRQVVQx",
            answer:
                "CghpZF90eXBlcxIBMSITCgZwYXJhbTMSCSEdWmQ738deQCIMCgZwYXJhbTISAggAIgwKBnBhcmFtMRICECoiJwoGcGFyYW0wEh0aG2FuIGV4YW1wbGUgc3RyaW5nIHBhcmFtZXRlcioTCgdPVVRQVVQxEgVVSU5UOBoBAjICAP8="
        ),
        RecordedInferCall(
            "g-type-UINT16",
            "CghpZF90eXBlcyobCgZJTlBVVDISBlVJTlQxNhoBAioGIgQA//8DMgkKB09VVFBVVDI=",
            answer:
                "CghpZF90eXBlcxIBMSIMCgZwYXJhbTISAggAIgwKBnBhcmFtMRICECoiJwoGcGFyYW0wEh0aG2FuIGV4YW1wbGUgc3RyaW5nIHBhcmFtZXRlciITCgZwYXJhbTMSCSEdWmQ738deQCoUCgdPVVRQVVQyEgZVSU5UMTYaAQIyBAAA//8="
        ),
        RecordedInferCall(
            "g-type-UINT32",
            "CghpZF90eXBlcyodCgZJTlBVVDMSBlVJTlQzMhoBAioIIgYA/////w8yCQoHT1VUUFVUMw==",
            answer:
                "CghpZF90eXBlcxIBMSIMCgZwYXJhbTESAhAqIicKBnBhcmFtMBIdGhthbiBleGFtcGxlIHN0cmluZyBwYXJhbWV0ZXIiDAoGcGFyYW0yEgIIACITCgZwYXJhbTMSCSEdWmQ738deQCoUCgdPVVRQVVQzEgZVSU5UMzIaAQIyCAAAAAD/////"
        ),
        RecordedInferCall(
            "g-type-UINT64",
            "CghpZF90eXBlcyoiCgZJTlBVVDQSBlVJTlQ2NBoBAioNKgsA////////////ATIJCgdPVVRQVVQ0",
            answer:
                "CghpZF90eXBlcxIBMSITCgZwYXJhbTMSCSEdWmQ738deQCIMCgZwYXJhbTISAggAIgwKBnBhcmFtMRICECoiJwoGcGFyYW0wEh0aG2FuIGV4YW1wbGUgc3RyaW5nIHBhcmFtZXRlcioUCgdPVVRQVVQ0EgZVSU5UNjQaAQIyEAAAAAAAAAAA//////////8="
        ),
        RecordedInferCall(
            "g-type-INT16",
            "CghpZF90eXBlcyojCgZJTlBVVDYSBUlOVDE2GgECKg8SDYCA/v///////wH//wEyCQoHT1VUUFVUNg==",
            answer:
                "CghpZF90eXBlcxIBMSIMCgZwYXJhbTESAhAqIicKBnBhcmFtMBIdGhthbiBleGFtcGxlIHN0cmluZyBwYXJhbWV0ZXIiDAoGcGFyYW0yEgIIACITCgZwYXJhbTMSCSEdWmQ738deQCoTCgdPVVRQVVQ2EgVJTlQxNhoBAjIEAID/fw=="
        ),
        RecordedInferCall(
            "g-type-INT32",
            "CghpZF90eXBlcyolCgZJTlBVVDcSBUlOVDMyGgECKhESD4CAgID4/////wH/////BzIJCgdPVVRQVVQ3",
            answer:
                "CghpZF90eXBlcxIBMSITCgZwYXJhbTMSCSEdWmQ738deQCIMCgZwYXJhbTISAggAIgwKBnBhcmFtMRICECoiJwoGcGFyYW0wEh0aG2FuIGV4YW1wbGUgc3RyaW5nIHBhcmFtZXRlcioTCgdPVVRQVVQ3EgVJTlQzMhoBAjIIAAAAgP///38="
        ),
        RecordedInferCall(
            "g-type-FP32",
            "CghpZF90eXBlcyoeCgdJTlBVVDEwEgRGUDMyGgECKgoyCM3MzD0AACDAMgoKCE9VVFBVVDEw",
            answer:
                "CghpZF90eXBlcxIBMSIMCgZwYXJhbTESAhAqIicKBnBhcmFtMBIdGhthbiBleGFtcGxlIHN0cmluZyBwYXJhbWV0ZXIiDAoGcGFyYW0yEgIIACITCgZwYXJhbTMSCSEdWmQ738deQCoTCghPVVRQVVQxMBIERlAzMhoBAjIIzczMPQAAIMA="
        ),
        RecordedInferCall(
            "g-bytes-raw",
            "CghpZF9ieXRlcyoTCgZJTlBVVDASBUJZVEVTGgIBAzoSAwAAAGFiYwAAAAADAAAA/wD+",
            answer:
                "CghpZF9ieXRlcxIBMSITCgZwYXJhbTMSCSEdWmQ738deQCIMCgZwYXJhbTISAggAIgwKBnBhcmFtMRICECoiJwoGcGFyYW0wEh0aG2FuIGV4YW1wbGUgc3RyaW5nIHBhcmFtZXRlcioUCgdPVVRQVVQwEgVCWVRFUxoCAQMyEgMAAABhYmMAAAAAAwAAAP8A/g=="
        ),
        RecordedInferCall(
            "g-two",
            "CgZpZF90d28qEgoGSU5QVVQwEgRGUDMyGgIBAioTCgZJTlBVVDESBUlOVDMyGgIBAjoIAACAPwAAAEA6CAQAAAAFAAAA",
            answer:
                "CgZpZF90d28SATEiDAoGcGFyYW0yEgIIACIMCgZwYXJhbTESAhAqIicKBnBhcmFtMBIdGhthbiBleGFtcGxlIHN0cmluZyBwYXJhbWV0ZXIiEwoGcGFyYW0zEgkhHVpkO9/HXkAqEwoHT1VUUFVUMBIERlAzMhoCAQIqFAoHT1VUUFVUMRIFSU5UMzIaAgECMggAAIA/AAAAQDIIBAAAAAUAAAA="
        ),
        RecordedInferCall(
            "g-params",
            "CgdpZF9mcDMyIgcKAW4SAhADIg4KAWQSCSEAAAAAAAD4PyIHCgFiEgIIASIKCgNmb28SAxoBeCoSCgZJTlBVVDASBEZQMzIaAgEQOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            answer:
                "CgdpZF9mcDMyEgExIhMKBnBhcmFtMxIJIR1aZDvfx15AIgwKBnBhcmFtMhICCAAiDAoGcGFyYW0xEgIQKiInCgZwYXJhbTASHRobYW4gZXhhbXBsZSBzdHJpbmcgcGFyYW1ldGVyKhMKB09VVFBVVDASBEZQMzIaAgEQMkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB"
        ),
        RecordedInferCall(
            "g-empty-message",
            "",
            GRPCStatus(.notFound, "Request for unknown model: '' is not found")),
        RecordedInferCall(
            "g-not-protobuf",
            "/////w==",
            GRPCStatus(.internal, "Unable to parse request")),
        RecordedInferCall(
            "g-no-inputs",
            "CgdpZF9mcDMy",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] expected 1 inputs but got 0 inputs for model 'id_fp32'. Got input(s) [], but missing required input(s) ['INPUT0']. Please provide all required input(s)."
            )),
        RecordedInferCall(
            "g-unknown-model",
            "CgZub3N1Y2gqEgoGSU5QVVQwEgRGUDMyGgIBEDpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(.notFound, "Request for unknown model: 'nosuch' is not found")),
        RecordedInferCall(
            "g-unknown-version",
            "CgdpZF9mcDMyEgE5KhIKBklOUFVUMBIERlAzMhoCARA6QAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEE=",
            GRPCStatus(.notFound, "Request for unknown model: 'id_fp32' version 9 is not found")),
        RecordedInferCall(
            "g-bad-version",
            "CgdpZF9mcDMyEgNhYmMqEgoGSU5QVVQwEgRGUDMyGgIBEDpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument,
                "failed to get model version from specified version string 'abc' (details: stol), version should be an integral value > 0"
            )),
        RecordedInferCall(
            "g-version-zero",
            "CgdpZF9mcDMyEgEwKhIKBklOUFVUMBIERlAzMhoCARA6QAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEE=",
            GRPCStatus(.notFound, "Request for unknown model: 'id_fp32' version 0 is not found")),
        RecordedInferCall(
            "g-version-neg",
            "CgdpZF9mcDMyEgItMSoSCgZJTlBVVDASBEZQMzIaAgEQOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            GRPCStatus(
                .invalidArgument, "invalid model version specified '-1' , version should be an integral value > 0")),
        RecordedInferCall(
            "g-wrong-name",
            "CgdpZF9mcDMyKhAKBE5PUEUSBEZQMzIaAgEQOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            GRPCStatus(.invalidArgument, "unexpected inference input 'NOPE' for model 'id_fp32'")),
        RecordedInferCall(
            "g-extra-input",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCARAqEgoGSU5QVVQxEgRGUDMyGgIBEDpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQTpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] expected 1 inputs but got 2 inputs for model 'id_fp32'. Got input(s) ['INPUT1','INPUT0'], but missing required input(s) ]. Please provide all required input(s)."
            )),
        RecordedInferCall(
            "g-dup-input",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCARAqEgoGSU5QVVQwEgRGUDMyGgIBEDpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQTpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(.invalidArgument, "[request id: <id_unknown>] input 'INPUT0' already exists in request")),
        RecordedInferCall(
            "g-missing-input",
            "CgZpZF90d28qEgoGSU5QVVQwEgRGUDMyGgIBAjoIAAAAAAAAgD8=",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] expected 2 inputs but got 1 inputs for model 'id_two'. Got input(s) ['INPUT0'], but missing required input(s) ['INPUT1']. Please provide all required input(s)."
            )),
        RecordedInferCall(
            "g-wrong-dtype",
            "CgdpZF9mcDMyKhMKBklOUFVUMBIFSU5UMzIaAgEQOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] inference input 'INPUT0' data-type is 'INT32', but model 'id_fp32' expects 'FP32'"
            )),
        RecordedInferCall(
            "g-unknown-dtype",
            "CgdpZF9mcDMyKhMKBklOUFVUMBIFRkxPQVQaAgEQOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] inference input 'INPUT0' data-type is '<invalid>', but model 'id_fp32' expects 'FP32'"
            )),
        RecordedInferCall(
            "g-wrong-rank",
            "CgdpZF9mcDMyKhEKBklOUFVUMBIERlAzMhoBEDpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument, "[request id: <id_unknown>] inference request batch-size must be <= 8 for 'id_fp32'")),
        RecordedInferCall(
            "g-empty-shape",
            "CgdpZF9mcDMyKg4KBklOUFVUMBIERlAzMjpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] input 'INPUT0' has no shape but model requires batch dimension for 'id_fp32'"
            )),
        RecordedInferCall(
            "g-neg-shape",
            "CgdpZF9mcDMyKhsKBklOUFVUMBIERlAzMhoL////////////ARA6QAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEE=",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 274877906880, got 64"
            )),
        RecordedInferCall(
            "g-batch-too-big",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCCRA6wAQAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBBAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEEAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBBAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEEAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBBAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEE=",
            GRPCStatus(
                .invalidArgument, "[request id: <id_unknown>] inference request batch-size must be <= 8 for 'id_fp32'")),
        RecordedInferCall(
            "g-raw-short",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCARA6PAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQ==",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 60"
            )),
        RecordedInferCall(
            "g-raw-long",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCARA6RAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBAAAAAQQAAEEEAACBBAAAwQQAAQEEAAFBBAABgQQAAcEExMjM0",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 68"
            )),
        RecordedInferCall(
            "g-raw-count-less",
            "CgZpZF90d28qEgoGSU5QVVQwEgRGUDMyGgIBAioTCgZJTlBVVDESBUlOVDMyGgIBAjoIAAAAAAAAgD8=",
            GRPCStatus(.invalidArgument, "unable to find data for input tensor 'INPUT1' for model 'id_two' in request.")
        ),
        RecordedInferCall(
            "g-raw-and-contents",
            "CgdpZF9mcDMyKlYKBklOUFVUMBIERlAzMhoCARAqQjJAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQTpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument,
                "contents field must not be specified when using raw_input_contents for 'INPUT0' for model 'id_fp32'")),
        RecordedInferCall(
            "g-contents-wrong-field",
            "CgdpZF9mcDMyKiYKBklOUFVUMBIERlAzMhoCARAqEhIQAAECAwQFBgcICQoLDA0ODw==",
            GRPCStatus(
                .invalidArgument,
                "unexpected explicit tensor data for input tensor 'INPUT0' for model 'id_fp32' of type 'INT32', expected datatype 'FP32'"
            )),
        RecordedInferCall(
            "g-contents-two-fields",
            "CgdpZF9mcDMyKlkKBklOUFVUMBIERlAzMhoCARAqRRIBATJAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument,
                "unexpected explicit tensor data for input tensor 'INPUT0' for model 'id_fp32' of type 'INT32', expected datatype 'FP32'"
            )),
        RecordedInferCall(
            "g-contents-fp16",
            "CghpZF90eXBlcyodCgZJTlBVVDkSBEZQMTYaAQIqCjIIAACAPwAAAEAyCQoHT1VUUFVUOQ==",
            GRPCStatus(
                .invalidArgument,
                "unexpected explicit tensor data for input tensor 'INPUT9' for model 'id_types' of type 'FP32', expected datatype 'FP16'"
            )),
        RecordedInferCall(
            "g-output-dup",
            "CgdpZF9mcDMyKhIKBklOUFVUMBIERlAzMhoCARAyCQoHT1VUUFVUMDIJCgdPVVRQVVQwOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            answer:
                "CgdpZF9mcDMyEgExIgwKBnBhcmFtMRICECoiJwoGcGFyYW0wEh0aG2FuIGV4YW1wbGUgc3RyaW5nIHBhcmFtZXRlciITCgZwYXJhbTMSCSEdWmQ738deQCIMCgZwYXJhbTISAggAKhMKB09VVFBVVDASBEZQMzIaAgEQMkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB"
        ),
        RecordedInferCall(
            "g-bytes-many",
            "CghpZF9ieXRlcyoTCgZJTlBVVDASBUJZVEVTGgIBAToKAQAAAGEBAAAAYg==",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] unexpected number of string elements 2 for inference input 'INPUT0' for model 'id_bytes', expecting 1"
            )),
        RecordedInferCall(
            "g-priority-string",
            "CgdpZF9mcDMyIhIKCHByaW9yaXR5EgYaBGhpZ2gqEgoGSU5QVVQwEgRGUDMyGgIBEDpAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQ==",
            GRPCStatus(
                .invalidArgument, "invalid value type for 'priority' parameter, expected int64_param or uint64_param.")),
        RecordedInferCall(
            "g-priority-neg",
            "CgdpZF9mcDMyIhcKCHByaW9yaXR5EgsQ////////////ASoSCgZJTlBVVDASBEZQMzIaAgEQOkAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQAAMEEAAEBBAABQQQAAYEEAAHBB",
            GRPCStatus(.invalidArgument, "invalid value for 'priority', expected value >= 0.")),
        RecordedInferCall(
            "g-batch-mismatch",
            "CgZpZF90d28qEgoGSU5QVVQwEgRGUDMyGgIBAioTCgZJTlBVVDESBUlOVDMyGgICAjoIAAAAAAAAgD86EAAAAAAAAIA/AAAAQAAAQEA=",
            GRPCStatus(
                .invalidArgument,
                "[request id: <id_unknown>] input 'INPUT0' batch size does not match other inputs for 'id_two'")),
    ]
}
