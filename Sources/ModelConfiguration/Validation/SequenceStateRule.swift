import InferenceTypes

/// State that a sequence carries from step to step names its tensors and can be made.
enum SequenceStateRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        guard let batching = config.sequenceBatching else { return [] }
        var violations = batching.states.enumerated().flatMap {
            Self.violations(of: $1, at: "sequence_batching.state[\($0)]", model: config.name)
        }
        let names = [
            ("input_name", batching.states.map(\.inputName)), ("output_name", batching.states.map(\.outputName)),
        ]
        for (field, names) in names {
            var seen: Set<String> = []
            for (index, name) in names.enumerated() where !name.isEmpty && !seen.insert(name).inserted {
                violations.append(
                    .init(
                        "sequence batching state tensor '\(name)' is specified more than once for \(config.name)",
                        at: "sequence_batching.state[\(index)].\(field)"))
            }
        }
        return violations
    }

    private static func violations(
        of state: ModelSequenceBatching.State, at field: String, model: String
    ) -> [ConfigurationViolation] {
        guard !state.inputName.isEmpty, !state.outputName.isEmpty else {
            return [
                .init("sequence batching state must specify 'input_name' and 'output_name' for \(model)", at: field)
            ]
        }
        let subject = "sequence batching state '\(state.inputName)'"
        var violations: [ConfigurationViolation] = []
        if state.dataType == .invalid {
            violations.append(.init("\(subject) must specify 'data_type' for \(model)", at: "\(field).data_type"))
        }
        if !state.dims.dimensions.allSatisfy({ $0 >= 1 || $0 == -1 }) {
            violations.append(
                .init(
                    "\(subject) dimension must be integer >= 1, or -1 to indicate a variable-size dimension for \(model)",
                    at: "\(field).dims"))
        }
        for (index, initial) in state.initialStates.enumerated() {
            let field = "\(field).initial_state[\(index)]"
            if initial.content == nil {
                violations.append(
                    .init("\(subject) initial state must specify 'zero_data' or 'data_file' for \(model)", at: field))
            }
            if initial.dataType != state.dataType {
                violations.append(
                    .init(
                        "\(subject) initial state has data type \(initial.dataType.configurationName), but the state has \(state.dataType.configurationName) for \(model)",
                        at: "\(field).data_type"))
            }
            if !initial.dims.dimensions.allSatisfy({ $0 >= 1 }) || initial.dims.elementCount == nil {
                violations.append(
                    .init(
                        "\(subject) initial state must have fixed dims of 1 or more for \(model)", at: "\(field).dims"))
            }
        }
        return violations
    }
}
