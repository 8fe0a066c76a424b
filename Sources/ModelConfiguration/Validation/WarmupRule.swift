import InferenceTypes

/// Warm-up requests can be made: every input has a datatype, fixed dimensions and a source of data.
enum WarmupRule {
    static func violations(in config: ModelConfig) -> [String] {
        // A sample with batch size 0 is switched off.
        config.warmup.filter { $0.batchSize > 0 }.flatMap { violations(of: $0, config: config) }
    }

    private static func violations(of sample: ModelWarmup, config: ModelConfig) -> [String] {
        var violations: [String] = []
        if sample.batchSize > UInt32(max(1, config.maxBatchSize)) {
            violations.append(
                "warmup sample '\(sample.name)' of model \(config.name) has batch size \(sample.batchSize), but max_batch_size is \(config.maxBatchSize)"
            )
        }
        for (name, input) in sample.inputs.sorted(by: { $0.key < $1.key }) {
            let subject = "warmup sample '\(sample.name)' of model \(config.name), input '\(name)'"
            if input.dataType == .invalid { violations.append("\(subject) must specify 'data_type'") }
            if !input.dims.dimensions.allSatisfy({ $0 >= 1 }) {
                violations.append("\(subject) must have dims of 1 or more, got \(input.dims)")
            } else if input.dims.elementCount == nil {
                violations.append("\(subject) has dims \(input.dims) with more elements than can be addressed")
            }
            if input.content == nil {
                violations.append("\(subject) must specify one of 'zero_data', 'random_data' and 'input_data_file'")
            }
        }
        return violations
    }
}
