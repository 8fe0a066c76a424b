import InferenceTypes

/// Tensors made from a batch name existing sources and targets.
enum BatchTensorRule {
    static func violations(in config: ModelConfig) -> [String] {
        let inputs = Set(config.inputs.map(\.name))
        let outputs = Set(config.outputs.map(\.name))
        return config.batchInputs.flatMap { violations(in: $0, inputs: inputs) }
            + batchOutputViolations(config.batchOutputs, inputs: inputs, outputs: outputs)
    }

    private static func violations(in batchInput: BatchInput, inputs: Set<String>) -> [String] {
        var violations: [String] = []
        if batchInput.targetNames.count != 1 {
            violations.append(
                "batch input kind '\(batchInput.kind.configurationName)' expects 1 target name, got \(batchInput.targetNames.count)"
            )
        }
        if batchInput.dataType != .int32, batchInput.dataType != .fp32 {
            violations.append("batch input data type must be TYPE_INT32 or TYPE_FP32")
        }
        if batchInput.sourceInputs.count != 1 {
            violations.append(
                "batch input kind '\(batchInput.kind.configurationName)' expects 1 source input, got \(batchInput.sourceInputs.count)"
            )
        }
        return violations
            + batchInput.sourceInputs.filter { !inputs.contains($0) }.map { "unknown source input name '\($0)'" }
    }

    private static func batchOutputViolations(
        _ batchOutputs: [BatchOutput], inputs: Set<String>, outputs: Set<String>
    ) -> [String] {
        var violations: [String] = []
        var written: Set<String> = []
        for batchOutput in batchOutputs {
            if batchOutput.sourceInputs.count != 1 {
                violations.append(
                    "batch output kind '\(batchOutput.kind.configurationName)' expects 1 source input, got \(batchOutput.sourceInputs.count)"
                )
            }
            for source in batchOutput.sourceInputs where !inputs.contains(source) {
                violations.append("unknown source input name '\(source)'")
            }
            for target in batchOutput.targetNames {
                if !outputs.contains(target) {
                    violations.append("unknown target output name '\(target)'")
                } else if !written.insert(target).inserted {
                    violations.append("target output name '\(target)' can only be specified once")
                }
            }
        }
        return violations
    }
}
