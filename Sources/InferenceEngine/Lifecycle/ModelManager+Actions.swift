import InferenceTypes
import Logging
import ModelConfiguration
import ModelRepository

extension ModelManager {
    /// Does what the planner asks for: first everything that changes service, at one moment, then the rest.
    func perform(_ actions: [RepositoryAction]) {
        let leaving = DepartingServables()
        var changes: [ServableTable.Change] = []
        for action in actions {
            switch action {
            case .activate(let build, let model, let released):
                let box = built.removeValue(forKey: build)?.take() ?? ServableBox.Contents()
                for update in box.updates { update.commit() }
                changes.append(
                    .activate(model: model, servables: box.servables, released: released.map(\.version)))
                for served in released { leaving.take(lifetimes[served.build]?.removeValue(forKey: served.version)) }
            case .release(let model, let versions):
                changes.append(.release(model: model, versions: versions.map(\.version)))
                for served in versions { leaving.take(lifetimes[served.build]?.removeValue(forKey: served.version)) }
            case .discard(let build):
                leaving.take(built.removeValue(forKey: build))
                for (_, lifetime) in lifetimes.removeValue(forKey: build) ?? [:] { leaving.take(lifetime) }
            case .build, .complete, .report: break
            }
        }
        leaving.take(apply(changes))
        noteResidency(after: actions)
        lifetimes = lifetimes.filter { !$0.value.isEmpty }
        leaving.take(unusedOverrides())
        if !leaving.isEmpty { unloadingThread.submit { leaving.drop() } }
        for action in actions { follow(action) }
    }

    private func apply(_ changes: [ServableTable.Change]) -> [any Servable] {
        table.apply(
            changes, statuses: planner.versionStatuses,
            qualifiedNames: settings.usesNamespaces ? planner.wantedNames : nil)
    }

    private func follow(_ action: RepositoryAction) {
        switch action {
        case .build(let order): start(order)
        case .complete(let operation, let result): waiting.removeValue(forKey: operation)?.resume(returning: result)
        case .activate(_, let model, _): logger.info("successfully loaded '\(model)'")
        case .release(let model, let versions):
            for served in versions { logger.info("unloading: \(model):\(served.version)") }
        case .report(let model, let failure): log(failure, of: model)
        case .discard: break
        }
    }

    private func start(_ order: BuildOrder) {
        let candidate = order.candidate
        let override = overrideDirectories[candidate.directory.path]
        for version in order.versions {
            logger.info("loading: \(order.name):\(version)")
            versionsInMemory += 1
            versionsInMemoryByModel[order.name, default: 0] += 1
            if versionsInMemoryByModel[order.name] == 1 { onDemand?.take { policy, _ in policy.began(order.name) } }
            lifetimes[order.id, default: [:]][version] = lifetime(
                order.name, ServedVersion(version: version, build: order.id), override)
        }
        var updating: [Int64: any Servable] = [:]
        for version in order.updated {
            logger.info("updating in place: \(order.name):\(version)")
            updating[version] = try? table.resolveComposingModel(order.name, version)
        }
        let build = ModelBuild(
            order, updating: updating, factory: factory, retryCount: settings.loadRetryCount,
            verification: verification(of: order)
        ) { [threadStarter] outcome in
            threadStarter.run { Task { await self.ended(order, outcome) } }
        }
        let composing = composingConfigurations(of: candidate)
        build.start(on: loadingThreads, lifetimes: lifetimes[order.id] ?? [:]) {
            [configurations] () throws(ServingError) in
            guard candidate.configuration.ensemble != nil else { return candidate.configuration }
            return try configurations.validatedEnsemble(candidate.configuration, composingModels: composing)
        }
    }

    /// Files may change while they are loaded: what a poll made of them would be a mixture of two models.
    private func verification(of order: BuildOrder) -> @Sendable () -> ServingError? {
        guard settings.controlMode == .poll, table.hasStarted, !order.versions.isEmpty else { return { nil } }
        return { [scanner = reader.scanner] in
            guard !scanner.isUnchanged(order.candidate.directory, versions: order.versions) else { return nil }
            return ServingError(
                .unavailable, "its files changed while they were loaded; it is loaded again once they are quiet")
        }
    }

    private func ended(_ order: BuildOrder, _ outcome: ModelBuild.Outcome) {
        startupLoadTimes?[order.name, default: [:]].merge(outcome.loadTimes) { _, new in new }
        switch outcome.result {
        case .success(let servables):
            if !order.versions.isEmpty { loadCounters.count(order.name, isFailure: false) }
            built[order.id] = servables
            perform(planner.buildFinished(order.id, .success(())))
        case .failure(let failure):
            loadCounters.count(order.name, isFailure: true)
            perform(planner.buildFinished(order.id, .failure(failure)))
        }
    }

    /// Composing models as they serve now, auto-completed.
    private func composingConfigurations(of candidate: ModelCandidate) -> [String: ModelConfig] {
        var configurations: [String: ModelConfig] = [:]
        for step in candidate.configuration.ensemble?.steps ?? [] {
            let versions = candidate.composingModels[step.qualifiedModelName] ?? []
            let version = versions.sorted().first { $0 != -1 }
            let servable = try? table.resolveComposingModel(step.qualifiedModelName, version)
            configurations[step.modelName] = servable?.configuration
        }
        return configurations
    }

    /// - Parameter override: kept for as long as the version is in memory.
    private func lifetime(
        _ name: String, _ served: ServedVersion, _ override: OverrideDirectory?
    ) -> ServableLifetime {
        let pin = OverrideDirectory.Pin(override)
        return ServableLifetime { [weak self, unloadingThread, threadStarter, logger] remains in
            // Not on the thread that dropped the last reference: it may be one that serves requests.
            unloadingThread.submit { [weak self] in
                let residentBefore = ResidentMemory.byteSize()
                remains.free()
                MemoryTrim.trim()
                pin.release()
                Self.note(remains.memoryUsage, cameBackFrom: "\(name):\(served.version)", residentBefore, logger)
                threadStarter.run { [weak self] in Task { [weak self] in await self?.left(name, served) } }
            }
        }
    }

    /// A version is no longer in memory.
    private func left(_ name: String, _ served: ServedVersion) {
        planner.released(name, served)
        _ = apply([])
        logger.debug("version \(served.version) of '\(name)' has left memory")
        versionsInMemory -= 1
        versionsInMemoryByModel[name, default: 1] -= 1
        if versionsInMemoryByModel[name] == 0 {
            versionsInMemoryByModel[name] = nil
            onDemand?.take { policy, _ in policy.left(name) }
        }
        guard versionsInMemory == 0 else { return }
        for continuation in waitingForMemory { continuation.resume() }
        waitingForMemory = []
    }

    /// Takes out the directories that no model refers to any more.
    private func unusedOverrides() -> [OverrideDirectory.Pin] {
        guard !overrideDirectories.isEmpty else { return [] }
        let used = Set(planner.targets.values.map(\.directory.path))
        let unused = overrideDirectories.keys.filter { !used.contains($0) }
        return unused.map { OverrideDirectory.Pin(overrideDirectories.removeValue(forKey: $0)) }
    }
}
