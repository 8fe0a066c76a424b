import InferenceTypes

extension RepositoryPlanner {
    /// Brings what serves towards what should: begins whatever can begin now, and completes operations.
    mutating func reconcile() -> [RepositoryAction] {
        var actions: [RepositoryAction] = []
        // Settling one model may make its ensembles due; an ensemble never makes its composing models due, and a cycle
        // of ensembles is a failure, so this ends.
        var changed = true
        while changed {
            changed = false
            for name in records.keys.sorted() {
                guard let step = nextStep(name) else { continue }
                actions += step
                changed = true
            }
        }
        return actions + completeOperations()
    }

    static func releaseActions(_ name: String, _ record: inout ModelRecord) -> [RepositoryAction] {
        let released = record.release()
        return released.isEmpty ? [] : [.release(model: name, versions: released)]
    }

    /// Ensembles that are wanted and use a model.
    func wantedEnsembles(using name: String) -> [String] {
        records.filter { $0.value.target?.composingModels[name] != nil }.keys.sorted()
    }

    /// What a model offers has changed: ensembles above it are built anew.
    mutating func composingModelChanged(_ name: String) {
        let affected = records.filter { _, record in
            record.target != nil
                && (record.target?.composingModels[name] != nil
                    || record.servingCandidate?.composingModels[name] != nil)
        }
        for ensemble in affected.keys.sorted() {
            records[ensemble]?.generation += 1
            records[ensemble]?.mustRebuild = true
            trackAlso(ensemble, because: name)
        }
    }

    mutating func recordFailure(_ failure: ModelLoadFailure, of name: String) -> [RepositoryAction] {
        let isNews = records[name]?.failure != failure
        records[name]?.failure = failure
        return isNews ? [.report(model: name, failure)] : []
    }

    /// One step for one model; `nil` if there is nothing to do, or nothing yet.
    private mutating func nextStep(_ name: String) -> [RepositoryAction]? {
        guard var record = records[name], record.generation != record.settledGeneration else { return nil }
        guard let target = record.target else { return unloadStep(name, record) }
        if let serving = record.servingCandidate, lacksComposingModel(serving) {
            return leaveServiceStep(name, record)
        }
        guard record.building == nil else { return nil }

        let composing = target.composingModels
        if !composing.isEmpty {
            if let error = structuralError(of: target) { return settleFailed(name, error) }
            guard composing.keys.allSatisfy({ records[$0]?.isSettled ?? false }) else { return nil }
            if let error = dependencyError(of: target) { return settleFailed(name, error) }
        }

        let selected = target.selectedVersions
        guard !selected.isEmpty else {
            records[name]?.wasLoaded = true
            return settleFailed(
                name,
                ServingError(
                    .invalidArgument,
                    "at least one version must be available under the version policy of model '\(name)'"))
        }
        let kept = selected.filter { version in
            !record.mustRebuild && record.serving[version]?.candidate.canKeep(version, for: target) == true
        }
        let order = BuildOrder(
            id: newBuild(), candidate: target, versions: selected.filter { !kept.contains($0) }, kept: kept,
            updated: kept.filter { record.serving[$0]?.candidate.configuration != target.configuration })
        guard order.versions.isEmpty && order.updated.isEmpty else {
            record.begin(order)
            records[name] = record
            return [.build(order)]
        }
        // Nothing to load: only the set of versions, or nothing at all, has changed.
        let isSameSet = Set(record.serving.keys) == Set(kept)
        let released = record.activate(order)
        record.settledGeneration = record.generation
        record.failure = nil
        records[name] = record
        if isSameSet { return [] }
        composingModelChanged(name)
        return [.activate(build: order.id, model: name, released: released)]
    }

    /// Leaves service at once, even while a build that will be dropped is still running.
    private mutating func unloadStep(_ name: String, _ record: ModelRecord) -> [RepositoryAction]? {
        var record = record
        let wasServing = !record.serving.isEmpty
        let actions = Self.releaseActions(name, &record)
        let isSettled = record.building == nil
        if isSettled {
            record.settledGeneration = record.generation
            record.failure = nil
            record.mustRebuild = false
        }
        records[name] = record
        if wasServing { composingModelChanged(name) }
        return wasServing || isSettled ? actions : nil
    }

    /// An ensemble that lacks a composing model cannot answer: it leaves service at once, but stays wanted.
    private mutating func leaveServiceStep(_ name: String, _ record: ModelRecord) -> [RepositoryAction] {
        var record = record
        let actions = Self.releaseActions(name, &record)
        records[name] = record
        composingModelChanged(name)
        return actions
    }

    private mutating func settleFailed(_ name: String, _ error: ServingError) -> [RepositoryAction] {
        if let generation = records[name]?.generation { records[name]?.settledGeneration = generation }
        return recordFailure(.model(error), of: name)
    }

    /// Whether something that the ensemble's steps need does not serve now.
    private func lacksComposingModel(_ candidate: ModelCandidate) -> Bool {
        candidate.composingModels.contains { name, versions in
            guard let serving = records[name]?.serving, !serving.isEmpty else { return true }
            return versions.contains { $0 != -1 && serving[$0] == nil }
        }
    }

    /// Errors that show without looking at what is loaded.
    private func structuralError(of target: ModelCandidate) -> ServingError? {
        let missing = target.composingModels.keys.filter { records[$0]?.target == nil }.sorted()
        guard missing.isEmpty else {
            return ServingError(
                .invalidArgument,
                "ensemble \(target.name) contains models that are not available or ambiguous: "
                    + missing.joined(separator: ", ")
                    + missing.compactMap { name in problems[name].map { "; '\(name)': \($0)" } }.joined())
        }
        guard let last = lastOfCycle(from: target.name) else { return nil }
        return ServingError(
            .invalidArgument,
            "circular dependency between ensembles: \(target.name) -> ... -> \(last) -> \(target.name)")
    }

    /// The model through which a way from a model over composing models leads back to it.
    private func lastOfCycle(from start: String) -> String? {
        var seen: Set<String> = []
        var stack = [start]
        while let name = stack.popLast() {
            for next in (records[name]?.target?.composingModels.keys.sorted() ?? []) {
                if next == start { return name }
                if seen.insert(next).inserted { stack.append(next) }
            }
        }
        return nil
    }

    /// Errors of the composing models themselves. All of them are settled.
    private func dependencyError(of target: ModelCandidate) -> ServingError? {
        for (name, versions) in target.composingModels.sorted(by: { $0.key < $1.key }) {
            guard let record = records[name] else { continue }
            if record.serving.isEmpty {
                let cause = record.failure.map { " Model '\(name)' loading failed with error: \($0.message)" } ?? ""
                return ServingError(
                    .invalidArgument,
                    "ensemble '\(target.name)' depends on '\(name)' which has no loaded version.\(cause)")
            }
            if let version = versions.sorted().first(where: { $0 != -1 && record.serving[$0] == nil }) {
                return ServingError(
                    .invalidArgument,
                    "ensemble '\(target.name)' depends on '\(name)' whose required version \(version) is not loaded")
            }
        }
        return nil
    }
}
