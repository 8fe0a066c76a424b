import InferenceTypes

/// Warm-up requests can be made: every input has a datatype, fixed dimensions and a source of data.
enum WarmupRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        // A sample with batch size 0 is switched off.
        config.warmup.enumerated().filter { $1.batchSize > 0 }.flatMap { index, sample in
            violations(of: sample, at: "model_warmup[\(index)]", config: config)
        }
    }

    private static func violations(
        of sample: ModelWarmup, at field: String, config: ModelConfig
    ) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        if sample.batchSize > UInt32(max(1, config.maxBatchSize)) {
            violations.append(
                .init(
                    "warmup sample '\(sample.name)' of model \(config.name) has batch size \(sample.batchSize), but max_batch_size is \(config.maxBatchSize)",
                    at: "\(field).batch_size"))
        }
        for (name, input) in sample.inputs.sorted(by: { $0.key < $1.key }) {
            let field = "\(field).inputs[\"\(name)\"]"
            let subject = "warmup sample '\(sample.name)' of model \(config.name), input '\(name)'"
            if input.dataType == .invalid { violations.append(.init("\(subject) must specify 'data_type'", at: field)) }
            if !input.dims.dimensions.allSatisfy({ $0 >= 1 }) {
                violations.append(
                    .init("\(subject) must have dims of 1 or more, got \(input.dims)", at: "\(field).dims"))
            } else if input.dims.elementCount == nil {
                violations.append(
                    .init(
                        "\(subject) has dims \(input.dims) with more elements than can be addressed",
                        at: "\(field).dims"))
            }
            if input.content == nil {
                violations.append(
                    .init("\(subject) must specify one of 'zero_data', 'random_data' and 'input_data_file'", at: field))
            }
        }
        return violations
    }
}
