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
                changes.append(
                    .activate(
                        model: model, servables: built.removeValue(forKey: build)?.take() ?? [],
                        released: released.map(\.version)))
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
        leaving.take(table.apply(changes, statuses: planner.versionStatuses))
        lifetimes = lifetimes.filter { !$0.value.isEmpty }
        leaving.take(unusedOverrides())
        if !leaving.isEmpty { unloadingThread.submit { leaving.drop() } }
        for action in actions { follow(action) }
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
            lifetimes[order.id, default: [:]][version] = lifetime(
                order.name, ServedVersion(version: version, build: order.id), override)
        }
        let build = ModelBuild(order, factory: factory, retryCount: settings.loadRetryCount) { outcome in
            Task { await self.ended(order, outcome) }
        }
        let composing = composingConfigurations(of: candidate)
        build.start(on: loadingThreads, lifetimes: lifetimes[order.id] ?? [:]) {
            [configurations] () throws(ServingError) in
            guard candidate.configuration.ensemble != nil else { return candidate.configuration }
            return try configurations.validatedEnsemble(candidate.configuration, composingModels: composing)
        }
    }

    private func ended(_ order: BuildOrder, _ outcome: ModelBuild.Outcome) {
        startupLoadTimes?[order.name, default: [:]].merge(outcome.loadTimes) { _, new in new }
        switch outcome.result {
        case .success(let servables):
            built[order.id] = servables
            perform(planner.buildFinished(order.id, .success(())))
        case .failure(let failure):
            perform(planner.buildFinished(order.id, .failure(failure)))
        }
    }

    /// Composing models as they serve now, auto-completed.
    private func composingConfigurations(of candidate: ModelCandidate) -> [String: ModelConfig] {
        var configurations: [String: ModelConfig] = [:]
        for (name, versions) in candidate.composingModels {
            let version = versions.sorted().first { $0 != -1 }
            configurations[name] = (try? table.resolveComposingModel(name, version))?.configuration
        }
        return configurations
    }

    /// - Parameter override: kept for as long as the version is in memory.
    private func lifetime(
        _ name: String, _ served: ServedVersion, _ override: OverrideDirectory?
    ) -> ServableLifetime {
        let pin = OverrideDirectory.Pin(override)
        return ServableLifetime { [weak self, unloadingThread] in
            // Not on the thread that dropped the last reference: it may be one that serves requests.
            unloadingThread.submit { [weak self] in
                MemoryTrim.trim()
                pin.release()
                Task { [weak self] in await self?.left(name, served) }
            }
        }
    }

    /// A version is no longer in memory.
    private func left(_ name: String, _ served: ServedVersion) {
        planner.released(name, served)
        _ = table.apply([], statuses: planner.versionStatuses)
        logger.debug("version \(served.version) of '\(name)' has left memory")
        versionsInMemory -= 1
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
