extension ModelConfig {
    /// Sets everything that has a default which does not depend on the devices: version policy, preferred batch sizes,
    /// idle time of sequences, pinned memory. Doing it again changes nothing.
    public mutating func normalize() {
        if versionPolicy == nil { versionPolicy = .latest(count: 1) }
        switch scheduling {
        case .dynamicBatching(var batching):
            if batching.preferredBatchSizes.isEmpty, maxBatchSize > 0 { batching.preferredBatchSizes = [maxBatchSize] }
            scheduling = .dynamicBatching(batching)
        case .sequenceBatching(var batching):
            if batching.maxSequenceIdleMicroseconds == 0 { batching.maxSequenceIdleMicroseconds = 1_000_000 }
            if case .oldest(var oldest)? = batching.strategy, oldest.preferredBatchSizes.isEmpty, maxBatchSize > 0 {
                oldest.preferredBatchSizes = [maxBatchSize]
                batching.strategy = .oldest(oldest)
            }
            scheduling = .sequenceBatching(batching)
        case .ensemble:
            // Whether an ensemble is decoupled follows from its steps, so the message is always there.
            if transactionPolicy == nil { transactionPolicy = ModelTransactionPolicy() }
            return
        case nil: break
        }
        var policy = optimization ?? ModelOptimizationPolicy()
        var enabled = ModelOptimizationPolicy.PinnedMemoryBuffer()
        enabled.enable = true
        policy.inputPinnedMemory = policy.inputPinnedMemory ?? enabled
        policy.outputPinnedMemory = policy.outputPinnedMemory ?? enabled
        optimization = policy
    }

    /// Completes the instance groups: one named after the model when none is given, names `<model>_<index>`, kinds
    /// instead of KIND_AUTO, counts of at least 1, and all GPUs where a group names none.
    ///
    /// `gpus` are the ids of the GPUs that may be used. Ensembles have no instances and are left alone.
    public mutating func normalizeInstanceGroups(gpus: [Int32] = []) {
        if ensemble != nil { return }
        if instanceGroups.isEmpty {
            var group = ModelInstanceGroup()
            group.name = name
            instanceGroups = [group]
        }
        for index in instanceGroups.indices {
            if instanceGroups[index].name.isEmpty { instanceGroups[index].name = "\(name)_\(index)" }
            if instanceGroups[index].kind == .auto {
                let canUseGPUs = !gpus.isEmpty && instanceGroups[index].gpus.allSatisfy(gpus.contains)
                instanceGroups[index].kind = canUseGPUs ? .gpu : .cpu
            }
            if instanceGroups[index].count < 1 {
                instanceGroups[index].count = defaultInstanceCount(of: instanceGroups[index].kind)
            }
            if instanceGroups[index].kind == .gpu, instanceGroups[index].gpus.isEmpty {
                instanceGroups[index].gpus = gpus
            }
        }
    }

    /// Some backends overlap two requests on a CPU well.
    private func defaultInstanceCount(of kind: ModelInstanceGroup.Kind) -> Int32 {
        kind == .cpu && (backend == "onnxruntime" || backend == "tensorflow") ? 2 : 1
    }
}
