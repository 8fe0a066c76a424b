import InferenceTypes

/// Tensors made from a batch name existing sources and targets.
enum BatchTensorRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        let inputs = Set(config.inputs.map(\.name))
        let outputs = Set(config.outputs.map(\.name))
        return config.batchInputs.enumerated().flatMap { violations(in: $1, at: "batch_input[\($0)]", inputs: inputs) }
            + batchOutputViolations(config.batchOutputs, inputs: inputs, outputs: outputs)
    }

    private static func violations(
        in batchInput: BatchInput, at field: String, inputs: Set<String>
    ) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        if batchInput.targetNames.count != 1 {
            violations.append(
                .init(
                    "batch input kind '\(batchInput.kind.configurationName)' expects 1 target name, got \(batchInput.targetNames.count)",
                    at: "\(field).target_name[1]"))
        }
        if batchInput.dataType != .int32, batchInput.dataType != .fp32 {
            violations.append(.init("batch input data type must be TYPE_INT32 or TYPE_FP32", at: "\(field).data_type"))
        }
        if batchInput.sourceInputs.count != 1 {
            violations.append(
                .init(
                    "batch input kind '\(batchInput.kind.configurationName)' expects 1 source input, got \(batchInput.sourceInputs.count)",
                    at: "\(field).source_input[1]"))
        }
        return violations
            + batchInput.sourceInputs.enumerated().filter { !inputs.contains($1) }.map {
                .init("unknown source input name '\($1)'", at: "\(field).source_input[\($0)]")
            }
    }

    private static func batchOutputViolations(
        _ batchOutputs: [BatchOutput], inputs: Set<String>, outputs: Set<String>
    ) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        var written: Set<String> = []
        for (index, batchOutput) in batchOutputs.enumerated() {
            let field = "batch_output[\(index)]"
            if batchOutput.sourceInputs.count != 1 {
                violations.append(
                    .init(
                        "batch output kind '\(batchOutput.kind.configurationName)' expects 1 source input, got \(batchOutput.sourceInputs.count)",
                        at: "\(field).source_input[1]"))
            }
            for (index, source) in batchOutput.sourceInputs.enumerated() where !inputs.contains(source) {
                violations.append(
                    .init("unknown source input name '\(source)'", at: "\(field).source_input[\(index)]"))
            }
            for (index, target) in batchOutput.targetNames.enumerated() {
                let field = "\(field).target_name[\(index)]"
                if !outputs.contains(target) {
                    violations.append(.init("unknown target output name '\(target)'", at: field))
                } else if !written.insert(target).inserted {
                    violations.append(.init("target output name '\(target)' can only be specified once", at: field))
                }
            }
        }
        return violations
    }
}
