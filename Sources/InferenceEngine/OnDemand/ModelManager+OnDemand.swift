import InferenceTypes
import Logging
import ModelConfiguration
import ModelRepository
import Synchronization

/// What the model manager does for models that load at first use, and what it tells of all others.
extension ModelManager {
    // MARK: At the request of clients

    /// Finds out what a load would take: the sizes of the files, which `ResidencyPolicy` takes for the memory.
    func survey(_ name: String) async {
        guard let onDemand else { return }
        let (observed, sizes) = await repositoryThread.run { [reader] in
            let observed = reader.read([name]).observed
            let sizes = observed.mapValues { observation in
                if case .valid(let candidate) = observation { reader.scanner.selectedBytes(of: candidate) } else { 0 }
            }
            return (observed, sizes)
        }
        // What an ensemble is composed of is served as well, as always.
        if onDemand.knows(name) { onDemand.know(observed.filter { !unloadedByOperator.contains($0.key) }) }
        onDemand.take { policy, _ in policy.surveyed(name, sizes: sizes) }
    }

    func loadOnDemand(_ name: String) async {
        guard let onDemand else { return }
        await takeTurn()
        let reading = await repositoryThread.run { [reader] in reader.read([name]) }
        note(reading)
        let isStopping = onDemand.state.withLock { $0.policy.isStopping }
        guard !isStopping, !unloadedByOperator.contains(name) else {
            leaveTurn()
            return onDemand.take { $0.loadEnded(name, isStopping ? .modelIsStopping : .unloadedByOperator, now: $1) }
        }
        var observed = reading.observed
        for part in reading.observed.keys where part != name {
            // What serves stays as it is, and what an operator unloaded is not there.
            let serves = !(planner.servedVersions[part]?.isEmpty ?? true)
            if serves || unloadedByOperator.contains(part) { observed[part] = nil }
        }
        let outcome = await completion { planner.load(name, observed: observed, operation: $0) }
        switch outcome {
        case .success: onDemand.take { $0.loadEnded(name, nil, now: $1) }
        case .failure(let error):
            dropFailed(Array(reading.observed.keys))
            onDemand.take { $0.loadEnded(name, error, now: $1) }
        }
    }

    /// What did not load is not wanted any more: it is tried again when a request asks for it, not by a poll.
    private func dropFailed(_ names: [String]) {
        for name in names where planner.targets[name] != nil && planner.failure(of: name) != nil {
            guard planner.servedVersions[name]?.isEmpty ?? true else { continue }
            perform(planner.unload(name, unloadDependents: false, operation: planner.newOperation()))
        }
    }

    func unloadToMakeRoom(_ names: [String]) async {
        guard let onDemand else { return }
        await takeTurn()
        for name in names where planner.targets[name]?.origin ?? .repository == .repository {
            logger.info("'\(name)' makes room for other models")
            perform(planner.unload(name, unloadDependents: false, operation: planner.newOperation()))
            onDemand.take { policy, _ in policy.released(name) }
        }
        leaveTurn()
    }

    // MARK: At the request of operators

    /// The wait for an explicit load of a model that is not in memory; `nil` when it is loaded as always.
    func waitForLoad(
        _ name: String, _ override: ModelLoadOverride, _ observed: [String: ModelObservation]
    ) -> (@Sendable () async -> OperationResult)? {
        guard let onDemand, case .valid? = observed[name] else { return nil }
        unloadedByOperator.subtract(observed.keys)
        onDemand.know(observed)
        onDemand.take { policy, _ in
            policy.hold(name, !override.isEmpty)
            policy.forgetFailure(name)
        }
        guard override.isEmpty, planner.targets[name] == nil else { return nil }
        return {
            await withCheckedContinuation { continuation in
                onDemand.wait(for: name, nil, cancellation: nil, isLoad: true) { result in
                    continuation.resume(returning: result.map { _ in })
                }
            }
        }
    }

    /// What an operator unloaded is not loaded for requests, until it is loaded again.
    ///
    /// - Parameter wanted: what was wanted before.
    func noteUnload(of name: String, wanted: Set<String>) {
        guard let onDemand else { return }
        let unloaded = wanted.subtracting(planner.targets.keys).union([name])
        unloadedByOperator.formUnion(unloaded)
        onDemand.forget(unloaded)
    }

    // MARK: Polling

    /// The models whose changes a poll follows: those in memory, pinned ones, and what these are composed of.
    func following(_ admitted: Set<String>, _ observed: [String: ModelObservation]) -> Set<String> {
        guard let onDemand else { return admitted }
        onDemand.know(observed.filter { admitted.contains($0.key) })
        onDemand.forget(admitted.filter { observed[$0] == nil })
        var queue = Set(planner.targets.keys).union(onDemand.settings.pinnedModels)
        var followed: Set<String> = []
        while let name = queue.popFirst() {
            guard followed.insert(name).inserted, case .valid(let candidate)? = observed[name] else { continue }
            queue.formUnion(candidate.composingModels.keys)
        }
        return admitted.intersection(followed)
    }

    // MARK: What has happened

    func noteResidency(after actions: [RepositoryAction]) {
        guard let onDemand else { return }
        for action in actions {
            switch action {
            case .activate(_, let model, _):
                let parts = composingModels(of: model)
                let bytes = measuredBytes(of: model)
                onDemand.take { $0.activated(model, bytes: bytes, parts: parts, now: $1) }
            case .release(let model, _) where planner.servedVersions[model]?.isEmpty ?? true:
                onDemand.take { policy, _ in policy.released(model) }
            case .release, .build, .discard, .complete, .report: break
            }
        }
    }

    /// What the backends say; `nil` if they do not.
    private func measuredBytes(of model: String) -> Int? {
        let bytes = table.servables(of: model).map(\.memoryUsage.totalByteSize)
            .reduce(0) { sum, next in sum.addingReportingOverflow(next).overflow ? .max : sum + next }
        return bytes > 0 ? Int(clamping: bytes) : nil
    }

    /// Everything that a model is composed of, at any depth.
    private func composingModels(of model: String) -> [String] {
        var found: Set<String> = []
        var queue = [model]
        while let name = queue.popLast() {
            for part in planner.targets[name]?.composingModels.keys.sorted() ?? [] where part != model {
                if found.insert(part).inserted { queue.append(part) }
            }
        }
        return found.sorted()
    }
}
