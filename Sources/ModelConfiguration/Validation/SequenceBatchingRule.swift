import InferenceTypes

/// Controls of a sequence batcher are unambiguous and of usable types; the limits of its strategy are in range.
enum SequenceBatchingRule {
    static func violations(in config: ModelConfig) -> [String] {
        guard let batching = config.sequenceBatching else { return [] }
        return controlNameViolations(batching, name: config.name)
            + [.start, .end, .ready].flatMap { booleanViolations($0, in: batching, name: config.name) }
            + correlationViolations(in: batching, name: config.name)
            + strategyViolations(in: batching, config: config)
    }

    private typealias Control = ModelSequenceBatching.Control

    private static func controls(_ kind: Control.Kind, in batching: ModelSequenceBatching) -> [Control] {
        batching.controlInputs.flatMap { $0.controls.filter { $0.kind == kind } }
    }

    private static func controlNameViolations(_ batching: ModelSequenceBatching, name: String) -> [String] {
        var violations: [String] = []
        var seen: Set<String> = []
        for input in batching.controlInputs {
            if input.name.isEmpty {
                violations.append("sequence batching control tensor must have a name for \(name)")
            } else if !seen.insert(input.name).inserted {
                violations.append(
                    "sequence batching control tensor '\(input.name)' is specified for multiple control kinds for \(name)"
                )
            }
        }
        return violations
    }

    private static func booleanViolations(
        _ kind: Control.Kind, in batching: ModelSequenceBatching, name: String
    ) -> [String] {
        let found = controls(kind, in: batching)
        let kindName = kind.configurationName
        guard let control = found.first else { return [] }
        guard found.count == 1 else {
            return ["sequence batching specifies multiple \(kindName) tensors for \(name)"]
        }
        let choices: [(field: String, count: Int)] = [
            ("int32_false_true", control.int32FalseTrue.count), ("fp32_false_true", control.fp32FalseTrue.count),
            ("bool_false_true", control.boolFalseTrue.count),
        ]
        let chosen = choices.filter { $0.count != 0 }
        guard let choice = chosen.first else {
            return [
                "sequence batching must specify either 'int32_false_true', 'fp32_false_true' or 'bool_false_true' for \(kindName) for \(name)"
            ]
        }
        guard chosen.count == 1 else {
            return [
                "sequence batching specifies more than one from 'int32_false_true', 'fp32_false_true' and 'bool_false_true' for \(kindName) for \(name)"
            ]
        }
        guard choice.count == 2 else {
            return [
                "sequence batching control '\(choice.field)' must have exactly 2 entries for \(kindName) for \(name)"
            ]
        }
        return []
    }

    private static func correlationViolations(in batching: ModelSequenceBatching, name: String) -> [String] {
        let kindName = Control.Kind.correlationID.configurationName
        let found = controls(.correlationID, in: batching)
        guard let control = found.first else { return [] }
        guard found.count == 1 else {
            return ["sequence batching specifies multiple \(kindName) tensors for \(name)"]
        }
        var violations: [String] = []
        let allowed: [DataType] = [.uint64, .int64, .uint32, .int32, .bytes]
        if !allowed.contains(control.dataType) {
            violations.append(
                "unexpected data type for control \(kindName) for \(name). Allowed data types are TYPE_UINT64, TYPE_INT64, TYPE_UINT32, TYPE_INT32 and TYPE_STRING"
            )
        }
        if !(control.int32FalseTrue.isEmpty && control.fp32FalseTrue.isEmpty && control.boolFalseTrue.isEmpty) {
            violations.append(
                "sequence batching must not specify either 'int32_false_true', 'fp32_false_true' or 'bool_false_true' for \(kindName) for \(name)"
            )
        }
        return violations
    }

    private static func strategyViolations(in batching: ModelSequenceBatching, config: ModelConfig) -> [String] {
        switch batching.strategy {
        case .oldest(let oldest)?:
            var violations: [String] = []
            if oldest.maxCandidateSequences < 0 {
                violations.append("sequence batching maximum candidate sequences must be >= 0 for \(config.name)")
            }
            if oldest.preferredBatchSizes.contains(where: { $0 <= 0 }) {
                violations.append("sequence batching preferred batch size must be >= 0 for \(config.name)")
            }
            if oldest.preferredBatchSizes.contains(where: { $0 > max(0, config.maxBatchSize) }) {
                violations.append("sequence batching preferred batch size must be <= max batch size for \(config.name)")
            }
            return violations
        case .direct(let direct)? where !(0...1).contains(direct.minimumSlotUtilization):
            return ["sequence batching minimum slot utilization must be in range [0.0, 1.0] for \(config.name)"]
        case .direct?, nil:
            return []
        }
    }
}
