public import InferenceTypes

extension ModelConfig {
    /// Checks what can be checked as soon as a repository is read: name, backend, batching, sequences, ensemble graph.
    /// A model that fails is not listed with a version.
    ///
    /// Throws `invalidArgument` with the first violation in Triton's words; its place in the text, and further violations,
    /// follow on lines of their own.
    public func validateForPolling(modelName: String) throws(ServingError) {
        try check([nameViolations(directory: modelName), scheduleViolations()])
    }

    /// Checks everything that must hold before a version is loaded: the rules of polling again, as the backend may have
    /// completed the configuration since, then tensors, instance groups, warm-up and files. A version that fails is UNAVAILABLE.
    public func validateForLoading(gpus: [Int32] = []) throws(ServingError) {
        let instances = ensemble == nil ? InstanceGroupRule.violations(in: self, gpus: gpus) : []
        try check([
            scheduleViolations(), tensorViolations(), instances, WarmupRule.violations(in: self),
            FileNameRule.violations(in: self),
        ])
    }

    /// Checks inputs and outputs alone. Without auto-completion they must already be right when polling.
    public func validateTensors() throws(ServingError) {
        try check([tensorViolations()])
    }

    /// Checks that no two tensors of one direction share a name. To be called when the backend has accepted the model,
    /// so that a backend's own words about such a configuration come first.
    public func validateTensorNames() throws(ServingError) {
        try check([TensorNameRule.violations(in: self)])
    }

    private func nameViolations(directory: String) -> [ConfigurationViolation] {
        if name.isEmpty { return ["model configuration must specify 'name'"] }
        guard name != directory else { return [] }
        return [
            .init(
                "unexpected directory name '\(directory)' for model '\(name)', directory name must equal model name",
                at: "name")
        ]
    }

    private func scheduleViolations() -> [ConfigurationViolation] {
        PlatformRule.violations(in: self) + BatchSizeRule.violations(in: self)
            + DynamicBatchingRule.violations(in: self) + SequenceBatchingRule.violations(in: self)
            + SequenceStateRule.violations(in: self)
            + EnsembleGraphRule.violations(in: self) + ResponseCacheRule.violations(in: self)
    }

    private func tensorViolations() -> [ConfigurationViolation] {
        TensorRule.violations(in: self) + BatchTensorRule.violations(in: self)
    }

    private func check(_ violations: [[ConfigurationViolation]]) throws(ServingError) {
        let all = violations.flatMap { $0 }
        guard !all.isEmpty else { return }
        throw ServingError(.invalidArgument, all.map { $0.rendered(for: self) }.joined(separator: "\n"))
    }
}
