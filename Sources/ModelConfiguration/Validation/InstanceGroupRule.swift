/// Instance groups run on devices that exist. Wants normalised groups.
enum InstanceGroupRule {
    /// `gpus` are the ids of the GPUs that may be used.
    static func violations(in config: ModelConfig, gpus: [Int32]) -> [ConfigurationViolation] {
        config.instanceGroups.enumerated().flatMap { index, group in
            violations(of: group, at: "instance_group[\(index)]", model: config.name, gpus: gpus)
        }
    }

    /// Each instance has a thread of its own.
    private static let highestCount = 1024

    private static func violations(
        of group: ModelInstanceGroup, at field: String, model: String, gpus: [Int32]
    ) -> [ConfigurationViolation] {
        let subject = "instance group \(group.name) of model \(model)"
        var violations: [ConfigurationViolation] = []
        if group.count > highestCount {
            violations.append(
                .init(
                    "\(subject) has a count of \(group.count); at most \(highestCount) instances can be made",
                    at: "\(field).count"))
        }
        if group.count < 1 {
            violations.append(.init("\(subject) must have a count of at least 1", at: "\(field).count"))
        }
        switch group.kind {
        case .cpu, .model:
            if !group.gpus.isEmpty {
                violations.append(
                    .init(
                        "\(subject) has kind \(group.kind.configurationName) but specifies one or more GPUs",
                        at: "\(field).gpus[0]"))
            }
        case .gpu where gpus.isEmpty:
            violations.append(.init("\(subject) has kind KIND_GPU but no GPUs are available", at: "\(field).kind"))
        case .gpu:
            if group.gpus.isEmpty {
                violations.append(.init("\(subject) has kind KIND_GPU but specifies no GPUs", at: "\(field).kind"))
            }
            for (index, id) in group.gpus.enumerated() where !gpus.contains(id) {
                let usable = gpus.map(String.init).joined(separator: " ")
                violations.append(
                    .init(
                        "\(subject) specifies invalid or unsupported gpu id \(id). The usable GPUs are: \(usable)",
                        at: "\(field).gpus[\(index)]"))
            }
        case .auto:
            violations.append(.init("\(subject) has unspecified kind KIND_AUTO", at: "\(field).kind"))
        }
        return violations
    }
}
