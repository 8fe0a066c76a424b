/// Instance groups run on devices that exist. Wants normalised groups.
enum InstanceGroupRule {
    /// `gpus` are the ids of the GPUs that may be used.
    static func violations(in config: ModelConfig, gpus: [Int32]) -> [String] {
        config.instanceGroups.flatMap { violations(of: $0, model: config.name, gpus: gpus) }
    }

    /// Each instance has a thread of its own.
    private static let highestCount = 1024

    private static func violations(of group: ModelInstanceGroup, model: String, gpus: [Int32]) -> [String] {
        let subject = "instance group \(group.name) of model \(model)"
        var violations: [String] = []
        if group.count > highestCount {
            violations.append("\(subject) has a count of \(group.count); at most \(highestCount) instances can be made")
        }
        if group.count < 1 { violations.append("\(subject) must have a count of at least 1") }
        switch group.kind {
        case .cpu, .model:
            if !group.gpus.isEmpty {
                violations.append("\(subject) has kind \(group.kind.configurationName) but specifies one or more GPUs")
            }
        case .gpu where gpus.isEmpty:
            violations.append("\(subject) has kind KIND_GPU but no GPUs are available")
        case .gpu:
            if group.gpus.isEmpty { violations.append("\(subject) has kind KIND_GPU but specifies no GPUs") }
            for id in group.gpus where !gpus.contains(id) {
                let usable = gpus.map(String.init).joined(separator: " ")
                violations.append(
                    "\(subject) specifies invalid or unsupported gpu id \(id). The usable GPUs are: \(usable)")
            }
        case .auto:
            violations.append("\(subject) has unspecified kind KIND_AUTO")
        }
        return violations
    }
}
