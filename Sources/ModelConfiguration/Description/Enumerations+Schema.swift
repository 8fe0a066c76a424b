import InferenceTypes

extension DataType: ConfigurationEnumeration {
    static var aliases: [String: String] {
        [
            "FLOAT": "TYPE_FP32", "FLOAT32": "TYPE_FP32", "F32": "TYPE_FP32", "SINGLE": "TYPE_FP32",
            "DOUBLE": "TYPE_FP64", "FLOAT64": "TYPE_FP64", "F64": "TYPE_FP64", "HALF": "TYPE_FP16",
            "FLOAT16": "TYPE_FP16", "F16": "TYPE_FP16", "BFLOAT16": "TYPE_BF16", "INT": "TYPE_INT32",
            "INTEGER": "TYPE_INT32", "I32": "TYPE_INT32", "LONG": "TYPE_INT64", "I64": "TYPE_INT64",
            "SHORT": "TYPE_INT16", "BYTE": "TYPE_UINT8", "U8": "TYPE_UINT8", "BYTES": "TYPE_STRING",
            "STR": "TYPE_STRING", "TEXT": "TYPE_STRING", "BOOLEAN": "TYPE_BOOL",
        ]
    }
}

extension ModelInput.Format: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .none: "FORMAT_NONE"
        case .nhwc: "FORMAT_NHWC"
        case .nchw: "FORMAT_NCHW"
        }
    }
}

extension BatchInput.Kind: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .elementCount: "BATCH_ELEMENT_COUNT"
        case .accumulatedElementCount: "BATCH_ACCUMULATED_ELEMENT_COUNT"
        case .accumulatedElementCountWithZero: "BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO"
        case .maxElementCountAsShape: "BATCH_MAX_ELEMENT_COUNT_AS_SHAPE"
        case .itemShape: "BATCH_ITEM_SHAPE"
        case .itemShapeFlatten: "BATCH_ITEM_SHAPE_FLATTEN"
        }
    }
}

extension BatchOutput.Kind: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .scatterWithInputShape: "BATCH_SCATTER_WITH_INPUT_SHAPE"
        }
    }
}

extension ModelInstanceGroup.Kind: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .auto: "KIND_AUTO"
        case .gpu: "KIND_GPU"
        case .cpu: "KIND_CPU"
        case .model: "KIND_MODEL"
        }
    }

    static var aliases: [String: String] { ["CUDA": "KIND_GPU"] }
}

extension ModelInstanceGroup.SecondaryDevice.Kind: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .nvdla: "KIND_NVDLA"
        }
    }
}

extension ModelOptimizationPolicy.ModelPriority: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .default: "PRIORITY_DEFAULT"
        case .max: "PRIORITY_MAX"
        case .min: "PRIORITY_MIN"
        }
    }
}

extension ModelQueuePolicy.TimeoutAction: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .reject: "REJECT"
        case .delay: "DELAY"
        }
    }
}

extension ModelSequenceBatching.Control.Kind: ConfigurationEnumeration {
    var configurationName: String {
        switch self {
        case .start: "CONTROL_SEQUENCE_START"
        case .ready: "CONTROL_SEQUENCE_READY"
        case .end: "CONTROL_SEQUENCE_END"
        case .correlationID: "CONTROL_SEQUENCE_CORRID"
        }
    }
}
