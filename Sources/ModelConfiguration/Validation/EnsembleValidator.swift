public import InferenceTypes

/// Checks an ensemble against the configurations of the models that its steps call.
public struct EnsembleValidator: Sendable {
    private let ensemble: ModelConfig
    private let models: [String: ModelConfig]

    /// `models` has every available model by name, at least those that the steps name (and, for nested ensembles, theirs).
    public init(ensemble: ModelConfig, models: [String: ModelConfig]) {
        self.ensemble = ensemble
        self.models = models
    }

    /// The names of the composing models that are not in `models`, sorted.
    public var unavailableModels: [String] {
        let names = Set(ensemble.ensemble?.steps.map(\.modelName) ?? [])
        return names.filter { models[$0] == nil }.sorted()
    }

    /// The ensemble's configuration with what follows from its steps: it is decoupled if one of them is.
    ///
    /// Throws `invalidArgument` with the first violation in Triton's words; further ones follow on lines of their own.
    public func validated() throws(ServingError) -> ModelConfig {
        let violations = violations()
        guard violations.isEmpty else {
            throw ServingError(.invalidArgument, violations.map { $0.rendered(for: ensemble) }.joined(separator: "\n"))
        }
        var result = ensemble
        let isDecoupled = ensemble.ensemble?.steps.contains { models[$0.modelName]?.isDecoupled == true } ?? false
        result.transactionPolicy = result.transactionPolicy ?? ModelTransactionPolicy()
        result.transactionPolicy?.decoupled = isDecoupled
        return result
    }

    /// Everything that is wrong, the first first.
    func violations() -> [ConfigurationViolation] {
        guard let steps = ensemble.ensemble?.steps else {
            return ["ensemble scheduling must be set for ensemble model \(ensemble.name)"]
        }
        if let cycle = cycleViolation() { return [.init(cycle, at: "ensemble_scheduling")] }
        let unavailable = unavailableModels
        guard unavailable.isEmpty else {
            return [
                .init(
                    "ensemble \(ensemble.name) contains models that are not available or ambiguous: \(unavailable.joined(separator: ", "))",
                    at: placeOfModel(unavailable[0]))
            ]
        }
        var violations: [ConfigurationViolation] = []
        var tensors = EnsembleTensorTable()
        for input in ensemble.inputs {
            tensors.declare(input.name, EnsembleTensor(config: ensemble, dataType: input.dataType, dims: input.dims))
        }
        for output in ensemble.outputs {
            tensors.declare(
                output.name, EnsembleTensor(config: ensemble, dataType: output.dataType, dims: output.dims))
        }
        for (index, step) in steps.enumerated() {
            guard let model = models[step.modelName] else { continue }
            let field = "ensemble_scheduling.step[\(index)]"
            if model.maxBatchSize != 0, model.maxBatchSize < ensemble.maxBatchSize {
                violations.append(
                    .init(
                        "ensemble \(ensemble.name) allows maximum batch size \(ensemble.maxBatchSize), but it contains model \(model.name) which only allows maximum batch size to be \(model.maxBatchSize)",
                        at: "max_batch_size"))
            }
            violations += inputViolations(step, at: field, model: model, tensors: &tensors)
            violations += outputViolations(step, at: field, model: model, tensors: &tensors)
        }
        return violations + decoupledViolations(steps)
    }

    private func inputViolations(
        _ step: ModelEnsembling.Step, at field: String, model: ModelConfig, tensors: inout EnsembleTensorTable
    ) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        let known = Set(model.inputs.map(\.name))
        for (input, tensor) in step.inputMap.sorted(by: { $0.key < $1.key }) where !known.contains(input) {
            violations.append(
                .init(
                    "in ensemble \(ensemble.name), ensemble tensor \(tensor) is mapping to non-existing input \(input) in model \(step.modelName)",
                    at: "\(field).input_map[\"\(input)\"]"))
        }
        for input in model.inputs {
            if let tensor = step.inputMap[input.name] {
                let found = EnsembleTensor(config: model, dataType: input.dataType, dims: input.dims)
                violations += merge(found, as: tensor, at: "\(field).input_map[\"\(input.name)\"]", into: &tensors)
            } else if !input.optional {
                violations.append(
                    .init(
                        "in ensemble \(ensemble.name), input \(input.name) in model \(model.name) is not mapped to any ensemble tensors",
                        at: field))
            }
        }
        return violations
    }

    private func outputViolations(
        _ step: ModelEnsembling.Step, at field: String, model: ModelConfig, tensors: inout EnsembleTensorTable
    ) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        for (name, tensor) in step.outputMap.sorted(by: { $0.key < $1.key }) {
            let field = "\(field).output_map[\"\(name)\"]"
            if let output = model.outputs.first(where: { $0.name == name }) {
                let found = EnsembleTensor(config: model, dataType: output.dataType, dims: output.dims)
                violations += merge(found, as: tensor, at: field, into: &tensors)
            } else {
                violations.append(
                    .init(
                        "in ensemble \(ensemble.name), ensemble tensor \(tensor) is mapped from non-existing output \(name) in model \(step.modelName)",
                        at: field))
            }
        }
        return violations
    }

    private func merge(
        _ found: EnsembleTensor, as name: String, at field: String, into tensors: inout EnsembleTensorTable
    ) -> [ConfigurationViolation] {
        tensors.merge(found, as: name).map {
            [.init("in ensemble \(ensemble.name), ensemble tensor \(name): \($0)", at: field)]
        } ?? []
    }

    /// A step that waits for tensors of two decoupled models could not tell which of their responses belong together.
    private func decoupledViolations(_ steps: [ModelEnsembling.Step]) -> [ConfigurationViolation] {
        guard let scheduling = ensemble.ensemble else { return [] }
        var source: [String: Int] = [:]
        var violations: [ConfigurationViolation] = []
        for index in EnsembleFlow(scheduling, inputs: ensemble.inputs.map(\.name)).executableSteps {
            let step = steps[index]
            let sources = Set(step.inputMap.values.compactMap { source[$0] })
            if sources.count > 1 {
                violations.append(
                    .init(
                        "in ensemble \(ensemble.name), step of model '\(step.modelName)' receives inputs originated from different decoupled models",
                        at: "ensemble_scheduling.step[\(index)]"))
            }
            let isDecoupled = models[step.modelName]?.isDecoupled == true
            guard let origin = isDecoupled ? index : sources.min() else { continue }
            for tensor in step.outputMap.values { source[tensor] = origin }
        }
        return violations
    }

    private func placeOfModel(_ name: String) -> String {
        let index = ensemble.ensemble?.steps.firstIndex { $0.modelName == name } ?? 0
        return "ensemble_scheduling.step[\(index)].model_name"
    }

    /// Whether following the steps of ensembles leads back to this one.
    private func cycleViolation() -> String? {
        var pending = [ensemble.name]
        var visited: Set<String> = []
        while let name = pending.popLast() {
            let config = name == ensemble.name ? ensemble : models[name]
            for step in config?.ensemble?.steps ?? [] {
                if step.modelName == ensemble.name {
                    return "circular dependency between ensembles: \(ensemble.name) -> ... -> \(ensemble.name)"
                }
                if visited.insert(step.modelName).inserted { pending.append(step.modelName) }
            }
        }
        return nil
    }
}
