import InferenceTypes

/// Controls of a sequence batcher are unambiguous and of usable types; the limits of its strategy are in range.
enum SequenceBatchingRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        guard let batching = config.sequenceBatching else { return [] }
        return controlNameViolations(batching, name: config.name)
            + [.start, .end, .ready].flatMap { booleanViolations($0, in: batching, name: config.name) }
            + correlationViolations(in: batching, name: config.name)
            + strategyViolations(in: batching, config: config)
    }

    private typealias Control = ModelSequenceBatching.Control

    /// A control and where it is written.
    private struct Place {
        var control: Control
        var field: String
    }

    private static func controls(_ kind: Control.Kind, in batching: ModelSequenceBatching) -> [Place] {
        batching.controlInputs.enumerated().flatMap { index, input in
            input.controls.enumerated().filter { $1.kind == kind }.map {
                Place(control: $1, field: "sequence_batching.control_input[\(index)].control[\($0)]")
            }
        }
    }

    private static func controlNameViolations(_ batching: ModelSequenceBatching, name: String)
        -> [ConfigurationViolation]
    {
        var violations: [ConfigurationViolation] = []
        var seen: Set<String> = []
        for (index, input) in batching.controlInputs.enumerated() {
            let field = "sequence_batching.control_input[\(index)].name"
            if input.name.isEmpty {
                violations.append(.init("sequence batching control tensor must have a name for \(name)", at: field))
            } else if !seen.insert(input.name).inserted {
                violations.append(
                    .init(
                        "sequence batching control tensor '\(input.name)' is specified for multiple control kinds for \(name)",
                        at: field))
            }
        }
        return violations
    }

    private static func booleanViolations(
        _ kind: Control.Kind, in batching: ModelSequenceBatching, name: String
    ) -> [ConfigurationViolation] {
        let found = controls(kind, in: batching)
        let kindName = kind.configurationName
        guard let place = found.first else { return [] }
        let control = place.control
        guard found.count == 1 else {
            return [.init("sequence batching specifies multiple \(kindName) tensors for \(name)", at: found[1].field)]
        }
        let choices: [(field: String, count: Int)] = [
            ("int32_false_true", control.int32FalseTrue.count), ("fp32_false_true", control.fp32FalseTrue.count),
            ("bool_false_true", control.boolFalseTrue.count),
        ]
        let chosen = choices.filter { $0.count != 0 }
        guard let choice = chosen.first else {
            return [
                .init(
                    "sequence batching must specify either 'int32_false_true', 'fp32_false_true' or 'bool_false_true' for \(kindName) for \(name)",
                    at: place.field)
            ]
        }
        guard chosen.count == 1 else {
            return [
                .init(
                    "sequence batching specifies more than one from 'int32_false_true', 'fp32_false_true' and 'bool_false_true' for \(kindName) for \(name)",
                    at: place.field)
            ]
        }
        guard choice.count == 2 else {
            return [
                .init(
                    "sequence batching control '\(choice.field)' must have exactly 2 entries for \(kindName) for \(name)",
                    at: "\(place.field).\(choice.field)[0]")
            ]
        }
        return []
    }

    private static func correlationViolations(in batching: ModelSequenceBatching, name: String)
        -> [ConfigurationViolation]
    {
        let kindName = Control.Kind.correlationID.configurationName
        let found = controls(.correlationID, in: batching)
        guard let place = found.first else { return [] }
        let control = place.control
        guard found.count == 1 else {
            return [.init("sequence batching specifies multiple \(kindName) tensors for \(name)", at: found[1].field)]
        }
        var violations: [ConfigurationViolation] = []
        let allowed: [DataType] = [.uint64, .int64, .uint32, .int32, .bytes]
        if !allowed.contains(control.dataType) {
            violations.append(
                .init(
                    "unexpected data type for control \(kindName) for \(name). Allowed data types are TYPE_UINT64, TYPE_INT64, TYPE_UINT32, TYPE_INT32 and TYPE_STRING",
                    at: "\(place.field).data_type"))
        }
        if !(control.int32FalseTrue.isEmpty && control.fp32FalseTrue.isEmpty && control.boolFalseTrue.isEmpty) {
            violations.append(
                .init(
                    "sequence batching must not specify either 'int32_false_true', 'fp32_false_true' or 'bool_false_true' for \(kindName) for \(name)",
                    at: place.field))
        }
        return violations
    }

    private static func strategyViolations(in batching: ModelSequenceBatching, config: ModelConfig)
        -> [ConfigurationViolation]
    {
        switch batching.strategy {
        case .oldest(let oldest)?:
            var violations: [ConfigurationViolation] = []
            if oldest.maxCandidateSequences < 0 {
                violations.append(
                    .init(
                        "sequence batching maximum candidate sequences must be >= 0 for \(config.name)",
                        at: "sequence_batching.oldest.max_candidate_sequences"))
            }
            let sizes = oldest.preferredBatchSizes
            if let index = sizes.firstIndex(where: { $0 <= 0 }) {
                violations.append(
                    .init(
                        "sequence batching preferred batch size must be >= 0 for \(config.name)",
                        at: "sequence_batching.oldest.preferred_batch_size[\(index)]"))
            }
            if let index = sizes.firstIndex(where: { $0 > max(0, config.maxBatchSize) }) {
                violations.append(
                    .init(
                        "sequence batching preferred batch size must be <= max batch size for \(config.name)",
                        at: "sequence_batching.oldest.preferred_batch_size[\(index)]"))
            }
            return violations
        case .direct(let direct)? where !(0...1).contains(direct.minimumSlotUtilization):
            return [
                .init(
                    "sequence batching minimum slot utilization must be in range [0.0, 1.0] for \(config.name)",
                    at: "sequence_batching.direct.minimum_slot_utilization")
            ]
        case .direct?, nil:
            return []
        }
    }
}
