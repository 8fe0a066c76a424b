/// The steps of an ensemble form a graph that leads from its inputs to its outputs. Needs no other model.
enum EnsembleGraphRule {
    static func violations(in config: ModelConfig) -> [String] {
        guard let ensemble = config.ensemble else {
            // With a backend it is no ensemble, which is reported elsewhere.
            guard config.platform == ModelConfig.ensemblePlatform, config.backend.isEmpty else { return [] }
            return ["ensemble scheduling must be set for ensemble model \(config.name)"]
        }
        guard config.platform == ModelConfig.ensemblePlatform else {
            return [
                "ensemble scheduling cannot be set for model '\(config.name)' whose platform is not \(ModelConfig.ensemblePlatform)"
            ]
        }
        let settings = settingViolations(config)
        if ensemble.steps.isEmpty { return settings + ["must specify 'step' for ensemble '\(config.name)'"] }
        let steps = stepViolations(ensemble, name: config.name)
        // Whether tensors are connected says little while steps are broken.
        return settings + (steps.isEmpty ? flowViolations(ensemble, config: config) : steps)
    }

    private static func settingViolations(_ config: ModelConfig) -> [String] {
        var violations: [String] = []
        if !config.instanceGroups.isEmpty {
            violations.append("instance group should not be specified for ensemble '\(config.name)'")
        }
        if config.optimization != nil {
            violations.append("optimization should not be specified for ensemble '\(config.name)'")
        }
        if !config.warmup.isEmpty {
            violations.append("model_warmup can not be specified for ensemble '\(config.name)'")
        }
        return violations
    }

    private static func stepViolations(_ ensemble: ModelEnsembling, name: String) -> [String] {
        var violations: [String] = []
        var written: Set<String> = []
        for (index, step) in ensemble.steps.enumerated() {
            let place = "in step \(index) of ensemble '\(name)'"
            if step.modelName.isEmpty { violations.append("must specify 'model_name' \(place)") }
            if step.inputMap.isEmpty { violations.append("must specify 'input_map' \(place)") }
            if step.outputMap.isEmpty { violations.append("must specify 'output_map' \(place)") }
            for tensor in step.outputMap.values.sorted() where !written.insert(tensor).inserted {
                violations.append(
                    "ensemble tensor '\(tensor)' can appear in an output map only once for ensemble '\(name)' step \(index)"
                )
            }
        }
        return violations
    }

    private static func flowViolations(_ ensemble: ModelEnsembling, config: ModelConfig) -> [String] {
        let flow = EnsembleFlow(ensemble, inputs: config.inputs.map(\.name))
        var violations: [String] = []
        for input in config.inputs where !flow.isUsed(input.name) {
            violations.append("ensemble input '\(input.name)' for ensemble \(config.name)' is not used")
        }
        for output in config.outputs {
            if !flow.isKnown(output.name) {
                violations.append("ensemble output '\(output.name)' for ensemble \(config.name)' is not used")
            } else if !flow.isReady(output.name) {
                var message = "output '\(output.name)' for ensemble '\(config.name)' is not written"
                if let source = flow.unconnectedSource(of: output.name) {
                    message += ": at least one of its depending tensors, '\(source)', is not connected"
                }
                violations.append(message)
            }
        }
        let outputs = Set(config.outputs.map(\.name))
        for tensor in flow.unusedTensors where !outputs.contains(tensor) {
            violations.append("ensemble tensor '\(tensor)' is unused in ensemble '\(config.name)'")
        }
        return violations
    }
}
