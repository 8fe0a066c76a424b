import InferenceTypes

extension ModelInput: ConfigurationMessage {
    static let schema = MessageSchema<ModelInput>(
        "ModelInput",
        [
            .singular("name", 1, \.name),
            .singular("data_type", 2, \.dataType),
            .singular("format", 3, \.format),
            .repeated("dims", 4, \.dims.dimensions),
            .optional(
                "reshape", 5, get: { $0.reshape.map { ReshapeMessage(shape: $0.dimensions) } },
                set: { $0.reshape = Shape($1.shape) }),
            .singular("is_shape_tensor", 6, \.isShapeTensor),
            .singular("allow_ragged_batch", 7, \.allowRaggedBatch),
            .singular("optional", 8, \.optional),
            .singular("is_non_linear_format_io", 9, \.isNonLinearFormatIO),
        ])
}

extension ModelOutput: ConfigurationMessage {
    static let schema = MessageSchema<ModelOutput>(
        "ModelOutput",
        [
            .singular("name", 1, \.name),
            .singular("data_type", 2, \.dataType),
            .repeated("dims", 3, \.dims.dimensions),
            .optional(
                "reshape", 5, get: { $0.reshape.map { ReshapeMessage(shape: $0.dimensions) } },
                set: { $0.reshape = Shape($1.shape) }),
            .singular("label_filename", 4, \.labelFilename),
            .singular("is_shape_tensor", 6, \.isShapeTensor),
            .singular("is_non_linear_format_io", 7, \.isNonLinearFormatIO),
        ])
}

/// The message `ModelTensorReshape`, kept as a `Shape`.
struct ReshapeMessage: ConfigurationMessage {
    var shape: [Int64] = []
    static let schema = MessageSchema<ReshapeMessage>("ModelTensorReshape", [.repeated("shape", 1, \.shape)])
}

extension BatchInput: ConfigurationMessage {
    static let schema = MessageSchema<BatchInput>(
        "BatchInput",
        [
            .singular("kind", 1, \.kind),
            .repeated("target_name", 2, \.targetNames),
            .singular("data_type", 3, \.dataType),
            .repeated("source_input", 4, \.sourceInputs),
        ])
}

extension BatchOutput: ConfigurationMessage {
    static let schema = MessageSchema<BatchOutput>(
        "BatchOutput",
        [
            .repeated("target_name", 1, \.targetNames),
            .singular("kind", 2, \.kind),
            .repeated("source_input", 3, \.sourceInputs),
        ])
}

extension ModelWarmup: ConfigurationMessage {
    static let schema = MessageSchema<ModelWarmup>(
        "ModelWarmup",
        [
            .singular("name", 1, \.name),
            .singular("batch_size", 2, \.batchSize),
            .map("inputs", 3, \.inputs),
            .singular("count", 4, \.count),
        ])
}

extension ModelWarmup.Input: ConfigurationMessage {
    static let schema = MessageSchema<ModelWarmup.Input>(
        "ModelWarmup.Input",
        [
            .singular("data_type", 1, \.dataType),
            .repeated("dims", 2, \.dims.dimensions),
            .optional(
                "zero_data", 3, oneof: "input_data_type",
                get: { if case .zeroData(let flag)? = $0.content { flag } else { nil } },
                set: { $0.content = .zeroData($1) }),
            .optional(
                "random_data", 4, oneof: "input_data_type",
                get: { if case .randomData(let flag)? = $0.content { flag } else { nil } },
                set: { $0.content = .randomData($1) }),
            .optional(
                "input_data_file", 5, oneof: "input_data_type",
                get: { if case .dataFile(let file)? = $0.content { file } else { nil } },
                set: { $0.content = .dataFile($1) }),
        ])
}
