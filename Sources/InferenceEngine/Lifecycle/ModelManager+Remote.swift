import ModelRepository

/// Remote repositories: what is to be read is fetched first, outside of turns, so that a long download holds up nobody.
extension ModelManager {
    /// Everything.
    func fetchRemote() async {
        guard let remote = settings.remote else { return }
        await remote.fetch(nil, used: [])
    }

    /// Everything, for a poll: after a moment a long download goes on by itself, and a later poll places what it brought, so
    /// that changes of other repositories are not held up.
    func pollRemote() async {
        guard let remote = settings.remote else { return }
        let look =
            remoteLook
            ?? Task {
                await remote.fetch(nil, used: [])
                remoteLook = nil
            }
        remoteLook = look
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            await look.value
            continuation.finish()
        }
        let limit = Task {
            try? await Task.sleep(for: .seconds(2))
            continuation.finish()
        }
        for await _ in ended {}
        limit.cancel()
    }

    /// Some models, and those that they turn out to be composed of.
    ///
    /// - Returns: what was fetched; it is kept until `endRemoteUse`.
    @discardableResult
    func fetchRemote(_ names: [String], _ override: ModelLoadOverride = ModelLoadOverride()) async -> Set<String> {
        guard let remote = settings.remote else { return [] }
        var fetched: Set<String> = []
        var wanted = Set(names)
        repeat {
            for name in wanted { remoteUses[name, default: 0] += 1 }
            fetched.formUnion(wanted)
            await remote.fetch(wanted, used: usedModels)
            let all = fetched.sorted()
            let json = override.files.isEmpty ? override.configurationJSON : nil
            let reading = await repositoryThread.run { [reader] in
                json == nil || names.count != 1 ? reader.read(all) : reader.read(names, configurationJSON: json)
            }
            wanted = Set(reading.observed.keys).union(reading.fingerprints.keys).subtracting(fetched)
        } while !wanted.isEmpty && !table.isStopping
        return fetched
    }

    func endRemoteUse(_ names: Set<String>) {
        for name in names {
            remoteUses[name, default: 1] -= 1
            if remoteUses[name] == 0 { remoteUses[name] = nil }
        }
    }

    /// The names of models that could be loaded, for the index. In the other modes polls bring them.
    func refreshRemoteNames() async {
        guard let remote = settings.remote, settings.controlMode == .explicit, startupLoadTimes == nil else { return }
        await remote.fetch([], used: usedModels)
    }

    /// Models whose files may be read: those that serve, load, or are about to.
    private var usedModels: Set<String> {
        var names = Set(remoteUses.keys)
        for (name, versions) in table.statuses() where versions.values.contains(where: { $0.state != .unavailable }) {
            names.insert(name)
        }
        return names.union(planner.targets.keys)
    }
}
