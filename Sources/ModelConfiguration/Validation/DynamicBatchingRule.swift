/// Preferred sizes fit the batch, priorities are in range, and ordering is not contradicted by a queue policy.
enum DynamicBatchingRule {
    static func violations(in config: ModelConfig) -> [String] {
        guard let batching = config.dynamicBatching else { return [] }
        var violations: [String] = []
        if batching.preferredBatchSizes.contains(where: { $0 <= 0 }) {
            violations.append("dynamic batching preferred size must be positive for \(config.name)")
        }
        if batching.preferredBatchSizes.contains(where: { $0 > max(0, config.maxBatchSize) }) {
            violations.append("dynamic batching preferred size must be <= max batch size for \(config.name)")
        }
        violations += priorityViolations(batching, name: config.name)
        if batching.preserveOrdering { violations += orderingViolations(batching, name: config.name) }
        return violations
    }

    private static func priorityViolations(_ batching: ModelDynamicBatching, name: String) -> [String] {
        let levels = batching.priorityLevels
        guard levels != 0 else { return [] }
        var violations: [String] = []
        if !(1...levels).contains(batching.defaultPriorityLevel) {
            violations.append("default priority level must be in range [1, \(levels)] for \(name)")
        }
        if batching.priorityQueuePolicy.keys.contains(where: { !(1...levels).contains($0) }) {
            violations.append("priority queue policy must have priority level in range [1, \(levels)] for \(name)")
        }
        return violations
    }

    private static func orderingViolations(_ batching: ModelDynamicBatching, name: String) -> [String] {
        var violations: [String] = []
        if batching.priorityLevels > 1 {
            violations.append("Only one priority level is allowed when 'preserve_ordering' is true for \(name)")
        }
        let policies = Array(batching.priorityQueuePolicy.values) + [batching.defaultQueuePolicy].compactMap { $0 }
        if policies.contains(where: { $0.defaultTimeoutMicroseconds != 0 && $0.timeoutAction == .delay }) {
            violations.append(
                "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for \(name)")
        }
        return violations
    }
}
