import InferenceTypes

/// State that a sequence carries from step to step names its tensors and can be made.
enum SequenceStateRule {
    static func violations(in config: ModelConfig) -> [String] {
        guard let batching = config.sequenceBatching else { return [] }
        var violations = batching.states.flatMap { Self.violations(of: $0, model: config.name) }
        for names in [batching.states.map(\.inputName), batching.states.map(\.outputName)] {
            var seen: Set<String> = []
            for name in names where !name.isEmpty && !seen.insert(name).inserted {
                violations.append(
                    "sequence batching state tensor '\(name)' is specified more than once for \(config.name)")
            }
        }
        return violations
    }

    private static func violations(of state: ModelSequenceBatching.State, model: String) -> [String] {
        guard !state.inputName.isEmpty, !state.outputName.isEmpty else {
            return ["sequence batching state must specify 'input_name' and 'output_name' for \(model)"]
        }
        let subject = "sequence batching state '\(state.inputName)'"
        var violations: [String] = []
        if state.dataType == .invalid { violations.append("\(subject) must specify 'data_type' for \(model)") }
        if !state.dims.dimensions.allSatisfy({ $0 >= 1 || $0 == -1 }) {
            violations.append(
                "\(subject) dimension must be integer >= 1, or -1 to indicate a variable-size dimension for \(model)")
        }
        for initial in state.initialStates {
            if initial.content == nil {
                violations.append("\(subject) initial state must specify 'zero_data' or 'data_file' for \(model)")
            }
            if initial.dataType != state.dataType {
                violations.append(
                    "\(subject) initial state has data type \(initial.dataType.configurationName), but the state has \(state.dataType.configurationName) for \(model)"
                )
            }
            if !initial.dims.dimensions.allSatisfy({ $0 >= 1 }) || initial.dims.elementCount == nil {
                violations.append("\(subject) initial state must have fixed dims of 1 or more for \(model)")
            }
        }
        return violations
    }
}
