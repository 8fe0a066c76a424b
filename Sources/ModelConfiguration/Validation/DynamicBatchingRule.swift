/// Preferred sizes fit the batch, priorities are in range, and ordering is not contradicted by a queue policy.
enum DynamicBatchingRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        guard let batching = config.dynamicBatching else { return [] }
        var violations: [ConfigurationViolation] = []
        let sizes = batching.preferredBatchSizes
        if let index = sizes.firstIndex(where: { $0 <= 0 }) {
            violations.append(
                .init(
                    "dynamic batching preferred size must be positive for \(config.name)",
                    at: "dynamic_batching.preferred_batch_size[\(index)]"))
        }
        if let index = sizes.firstIndex(where: { $0 > max(0, config.maxBatchSize) }) {
            violations.append(
                .init(
                    "dynamic batching preferred size must be <= max batch size for \(config.name)",
                    at: "dynamic_batching.preferred_batch_size[\(index)]"))
        }
        violations += priorityViolations(batching, name: config.name)
        if batching.preserveOrdering { violations += orderingViolations(batching, name: config.name) }
        return violations
    }

    private static func priorityViolations(_ batching: ModelDynamicBatching, name: String) -> [ConfigurationViolation] {
        let levels = batching.priorityLevels
        guard levels != 0 else { return [] }
        var violations: [ConfigurationViolation] = []
        if !(1...levels).contains(batching.defaultPriorityLevel) {
            violations.append(
                .init(
                    "default priority level must be in range [1, \(levels)] for \(name)",
                    at: "dynamic_batching.default_priority_level"))
        }
        if let level = batching.priorityQueuePolicy.keys.sorted().first(where: { !(1...levels).contains($0) }) {
            violations.append(
                .init(
                    "priority queue policy must have priority level in range [1, \(levels)] for \(name)",
                    at: "dynamic_batching.priority_queue_policy[\"\(level)\"]"))
        }
        return violations
    }

    private static func orderingViolations(_ batching: ModelDynamicBatching, name: String) -> [ConfigurationViolation] {
        var violations: [ConfigurationViolation] = []
        if batching.priorityLevels > 1 {
            violations.append(
                .init(
                    "Only one priority level is allowed when 'preserve_ordering' is true for \(name)",
                    at: "dynamic_batching.priority_levels"))
        }
        let policies = Array(batching.priorityQueuePolicy.values) + [batching.defaultQueuePolicy].compactMap { $0 }
        if policies.contains(where: { $0.defaultTimeoutMicroseconds != 0 && $0.timeoutAction == .delay }) {
            violations.append(
                .init(
                    "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for \(name)",
                    at: "dynamic_batching.preserve_ordering"))
        }
        return violations
    }
}
