/// The steps of an ensemble form a graph that leads from its inputs to its outputs. Needs no other model.
enum EnsembleGraphRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        guard let ensemble = config.ensemble else {
            // With a backend it is no ensemble, which is reported elsewhere.
            guard config.platform == ModelConfig.ensemblePlatform, config.backend.isEmpty else { return [] }
            return [.init("ensemble scheduling must be set for ensemble model \(config.name)", at: "platform")]
        }
        guard config.platform == ModelConfig.ensemblePlatform else {
            return [
                .init(
                    "ensemble scheduling cannot be set for model '\(config.name)' whose platform is not \(ModelConfig.ensemblePlatform)",
                    at: "ensemble_scheduling")
            ]
        }
        let settings = settingViolations(config)
        if ensemble.steps.isEmpty {
            return settings + [.init("must specify 'step' for ensemble '\(config.name)'", at: "ensemble_scheduling")]
        }
        let steps = stepViolations(ensemble, name: config.name)
        // Whether tensors are connected says little while steps are broken.
        return settings + (steps.isEmpty ? flowViolations(ensemble, config: config) : steps)
    }

    /// Where a step writes a tensor, or else where one reads it.
    private static func place(of tensor: String, in ensemble: ModelEnsembling) -> String {
        for (map, entries) in [
            ("output_map", ensemble.steps.map(\.outputMap)), ("input_map", ensemble.steps.map(\.inputMap)),
        ] {
            for (index, entries) in entries.enumerated() {
                guard let key = entries.filter({ $0.value == tensor }).keys.min() else { continue }
                return "ensemble_scheduling.step[\(index)].\(map)[\"\(key)\"]"
            }
        }
        return "ensemble_scheduling"
    }

    private static func settingViolations(_ config: ModelConfig) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        if !config.instanceGroups.isEmpty {
            violations.append(
                .init("instance group should not be specified for ensemble '\(config.name)'", at: "instance_group[0]"))
        }
        if config.optimization != nil {
            violations.append(
                .init("optimization should not be specified for ensemble '\(config.name)'", at: "optimization"))
        }
        if !config.warmup.isEmpty {
            violations.append(
                .init("model_warmup can not be specified for ensemble '\(config.name)'", at: "model_warmup[0]"))
        }
        return violations
    }

    private static func stepViolations(_ ensemble: ModelEnsembling, name: String) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        var written: Set<String> = []
        for (index, step) in ensemble.steps.enumerated() {
            let field = "ensemble_scheduling.step[\(index)]"
            let place = "in step \(index) of ensemble '\(name)'"
            if step.modelName.isEmpty { violations.append(.init("must specify 'model_name' \(place)", at: field)) }
            if step.inputMap.isEmpty { violations.append(.init("must specify 'input_map' \(place)", at: field)) }
            if step.outputMap.isEmpty { violations.append(.init("must specify 'output_map' \(place)", at: field)) }
            for (output, tensor) in step.outputMap.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
            where !written.insert(tensor).inserted {
                violations.append(
                    .init(
                        "ensemble tensor '\(tensor)' can appear in an output map only once for ensemble '\(name)' step \(index)",
                        at: "\(field).output_map[\"\(output)\"]"))
            }
        }
        return violations
    }

    private static func flowViolations(_ ensemble: ModelEnsembling, config: ModelConfig) -> [ConfigurationViolation] {
        let flow = EnsembleFlow(ensemble, inputs: config.inputs.map(\.name))
        var violations: [ConfigurationViolation] = []
        for (index, input) in config.inputs.enumerated() where !flow.isUsed(input.name) {
            violations.append(
                .init(
                    "ensemble input '\(input.name)' for ensemble \(config.name)' is not used",
                    at: "input[\(index)].name"))
        }
        for (index, output) in config.outputs.enumerated() {
            let field = "output[\(index)].name"
            if !flow.isKnown(output.name) {
                violations.append(
                    .init("ensemble output '\(output.name)' for ensemble \(config.name)' is not used", at: field))
            } else if !flow.isReady(output.name) {
                var message = "output '\(output.name)' for ensemble '\(config.name)' is not written"
                if let source = flow.unconnectedSource(of: output.name) {
                    message += ": at least one of its depending tensors, '\(source)', is not connected"
                }
                violations.append(.init(message, at: field))
            }
        }
        let outputs = Set(config.outputs.map(\.name))
        for tensor in flow.unusedTensors where !outputs.contains(tensor) {
            violations.append(
                .init(
                    "ensemble tensor '\(tensor)' is unused in ensemble '\(config.name)'",
                    at: place(of: tensor, in: ensemble)))
        }
        return violations
    }
}
