public import InferenceTypes
public import Logging
import ModelConfiguration
public import ModelRepository

/// Loads and unloads models as the repositories, the control mode and operators ask for, and knows what serves.
///
/// An actor for the rare control work; everything that requests need is nonisolated and takes one short lock. Models
/// load, and leave memory, on threads of its own.
public actor ModelManager {
    typealias OperationResult = Result<Void, ServingError>

    public nonisolated let settings: ModelManagerSettings
    /// What serves now.
    public nonisolated let table: ServableTable
    public nonisolated let loadCounters = LoadCounters()
    nonisolated let factory: any ServableFactory
    nonisolated let configurations: any ModelConfigurationReading
    nonisolated let logger: Logger
    nonisolated let loadingThreads: LoadingThreads
    nonisolated let repositoryThread: LoadingThreads
    /// Models leave memory here, so that a slow load does not keep them in it.
    nonisolated let unloadingThread: LoadingThreads
    nonisolated let threadStarter: ThreadStarter
    nonisolated let reader: RepositoryReader
    private nonisolated let overrideStore: OverrideStore
    /// `nil` unless models load at first use.
    nonisolated let onDemand: OnDemandModels?

    var planner = RepositoryPlanner()
    var settleFilter: SettleFilter
    var waiting: [OperationID: CheckedContinuation<OperationResult, Never>] = [:]
    /// What builds brought, until the planner says what becomes of it.
    var built: [UInt64: ServableBox] = [:]
    /// Of the objects in service: build -> version.
    var lifetimes: [UInt64: [Int64: ServableLifetime]] = [:]
    /// Versions that load or are in memory.
    var versionsInMemory = 0
    /// The same for each model; no entry for a model without one.
    var versionsInMemoryByModel: [String: Int] = [:]
    /// Models that an operator unloaded, which no ensemble may bring back at the request of a client.
    var unloadedByOperator: Set<String> = []
    var waitingForMemory: [CheckedContinuation<Void, Never>] = []
    /// How long the loads at start took; `nil` once that has been reported.
    var startupLoadTimes: [String: [Int64: Duration]]? = [:]
    var overrideDirectories: [String: OverrideDirectory] = [:]
    var problems = DirectoryProblems()
    /// Models that are being fetched and loaded from remote repositories, with how many operations do so.
    var remoteUses: [String: Int] = [:]
    /// The look at remote repositories that a poll began, until it has ended.
    var remoteLook: Task<Void, Never>?
    var loggedNotes = LoggedMessages()
    var loggedProblems = LoggedMessages()
    /// Models whose files were not quiet when the last poll ended.
    var unquietModels: Set<String> = []
    private var turns = FirstInFirstOut()

    /// - Parameters:
    ///   - table: made beforehand, because the factory needs its `resolveComposingModel`.
    ///   - factory: makes the servables, on loading threads.
    ///   - configurations: reads model configurations, on the repository thread.
    ///   - threadStarter: best that of the factory.
    public init(
        settings: ModelManagerSettings, table: ServableTable, factory: any ServableFactory,
        configurations: any ModelConfigurationReading, threadStarter: ThreadStarter = ThreadStarter(), logger: Logger
    ) {
        self.settings = settings
        self.table = table
        self.factory = factory
        self.configurations = configurations
        self.logger = logger
        self.threadStarter = threadStarter
        repositoryThread = LoadingThreads(name: "repository", limit: 1, starter: threadStarter)
        loadingThreads = LoadingThreads(
            name: "model loader", limit: settings.loadThreadCount, starter: threadStarter)
        unloadingThread = LoadingThreads(name: "model unloader", limit: 1, starter: threadStarter)
        reader = RepositoryReader(
            scanner: RepositoryScanner(
                repositories: settings.repositories, configurationName: settings.configurationName,
                usesNamespaces: settings.usesNamespaces, limits: settings.scanLimits),
            configurations: configurations, remote: settings.remote)
        overrideStore = OverrideStore(parent: settings.temporaryDirectory)
        settleFilter = SettleFilter(settleTime: settings.settleTime)
        onDemand = settings.onDemand.map {
            OnDemandModels(settings: $0, table: table, clock: settings.clock)
        }
        onDemand?.attach(self)
    }

    // MARK: For requests

    /// The model version that answers a request (`nil`: the largest ready one). Holding it pins it.
    ///
    /// - Throws: Triton's words for a model or version that is unknown or not ready.
    public nonisolated func resolve(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
        try table.resolve(name, version)
    }

    /// As `resolve`, but tells a model that loads at first use from one that cannot serve.
    public nonisolated func lookUp(_ name: String, _ version: Int64?) throws(ServingError) -> ModelLookup {
        if let servable = try table.find(name, version) { return .servable(servable) }
        guard let onDemand else { throw .noAvailableVersion(name) }
        return .absent(ModelWait(name: name, version: version, models: onDemand))
    }

    /// Whether requests are answered: the version serves, or would be loaded for the first of them.
    public nonisolated func isModelReady(_ name: String, version: Int64?) -> Bool {
        table.isReady(name, version) || onDemand?.isReady(name, version, now: settings.clock.now()) ?? false
    }

    /// Whether a version of the model serves, is on its way, was unloaded, failed to load, or would load at first use.
    public nonisolated func isModelKnown(_ name: String) -> Bool {
        table.isKnown(name) || onDemand?.knows(name) ?? false
    }

    /// Whether the server is ready: started, not stopping, and with strict readiness nothing failed or on its way.
    public nonisolated var isReady: Bool { table.isServerReady(strictly: settings.hasStrictReadiness) }

    /// Ascending; empty for a model that is not ready or not known.
    public nonisolated func readyVersions(of name: String) -> [Int64] { table.readyVersions(of: name) }

    /// How many model versions are in each state.
    public nonisolated func versionCounts() -> [VersionStatus.State: Int] {
        table.statuses().values.reduce(into: [:]) { counts, versions in
            for status in versions.values { counts[status.state, default: 0] += 1 }
        }
    }

    /// Sorted by name and version.
    public nonisolated func readyServables() -> [any Servable] { table.ready() }

    /// Zeros for the versions of a model that loads at first use and is not in memory; empty for any other.
    public nonisolated func statisticsOfAbsentModel(_ name: String) -> [ModelStatisticsSnapshot] {
        (onDemand?.loadableVersions(of: name) ?? []).map { ModelStatistics(name: name, version: $0).snapshot() }
    }

    // MARK: Start

    /// Loads what the control mode says, and returns when all of it has loaded or failed.
    public func start() async -> StartupReport {
        let began = settings.clock.now()
        let startsAll = settings.controlMode != .explicit || settings.startupModels == ["*"]
        let pinned = (settings.onDemand?.pinnedModels ?? []).sorted()
        let startupModels = startsAll ? nil : settings.startupModels + pinned
        await takeTurn()
        await removeLeftovers()
        if let startupModels { await fetchRemote(startupModels) } else { await fetchRemote() }
        let reading = await repositoryThread.run { [reader] in
            startupModels.map { reader.read($0) } ?? reader.readAll()
        }
        note(reading)
        settleFilter.take(reading.fingerprints)
        let names = startupModels?.flatMap { reading.namespaces.qualifiedNames(of: $0) }
        onDemand?.know(reading.observed)
        await completion { operation in
            planner.loadInitially(onDemand == nil ? names : pinned, observed: reading.observed, operation: operation)
        }
        table.enter(.running)
        // Until here nobody was to be served, and the sooner all is loaded the better.
        loadingThreads.stayInBackground(limit: settings.loadCoreBudget ?? settings.loadThreadCount)
        unloadingThread.stayInBackground(limit: 1)
        defer { startupLoadTimes = nil }
        return startupReport(reading, names: names, duration: settings.clock.now() - began)
    }

    // MARK: Polling

    /// Looks at the repositories once and follows what changed there, each change once its files are quiet.
    ///
    /// - Parameters:
    ///   - awaitingLoads: return only when what the changes led to has loaded or failed.
    ///   - retryingFailed: try what failed again, unless its files are changing.
    public func poll(awaitingLoads: Bool = true, retryingFailed: Bool = true) async {
        guard settings.controlMode == .poll else { return }
        await pollRemote()
        var operations: [OperationID] = []
        for round in 0...max(settings.settleRounds, 0) where !table.isStopping {
            if round > 0 {
                guard settleFilter.isWaiting else { break }
                await settings.clock.sleep(settings.settleTime)
            }
            await takeTurn()
            let reading = await repositoryThread.run { [reader] in reader.readAll() }
            note(reading)
            guard reading.repositoryError == nil, !table.isStopping else {
                turns.leave()
                break
            }
            let admitted = following(
                settleFilter.admit(reading.fingerprints, now: settings.clock.now()), reading.observed)
            let operation = planner.newOperation()
            perform(
                planner.poll(
                    reading.observed, admitted: admitted, unquiet: settleFilter.waitingNames,
                    retryFailed: retryingFailed && round == 0, operation: operation))
            operations.append(operation)
            turns.leave()
        }
        noteUnquiet(settleFilter.waitingNames)
        guard awaitingLoads else { return }
        for operation in operations { _ = await result(of: operation) }
    }

    // MARK: Explicit control

    /// Loads or reloads a model, and returns when it and all that it led to are loaded.
    ///
    /// - Throws: Triton's words, followed by the cause; 503's code when the control mode is not explicit.
    public func load(
        _ name: String, override: ModelLoadOverride = ModelLoadOverride()
    ) async throws(ServingError) {
        try checkExplicitControl(name)
        try override.validate()
        let remoteNames = await fetchRemote([name], override)
        defer { endRemoteUse(remoteNames) }
        await takeTurn()
        let reading = await read(name, override)
        let qualifiedNames = reading.namespaces.qualifiedNames(of: name)
        note(reading, overridden: override.isEmpty ? [] : qualifiedNames)
        if qualifiedNames.allSatisfy({ reading.observed[$0] == nil }) {
            noteProblem(name, "failed to load '\(name)': \(RepositoryPlanner.noDirectory)")
        }
        guard !table.isStopping else {
            turns.leave()
            throw Self.stopping
        }
        if let wait = waitForLoad(name, override, reading.observed) {
            turns.leave()
            return try await wait().get()
        }
        let outcome = await completion { operation in
            planner.load(name, as: qualifiedNames, observed: reading.observed, operation: operation)
        }
        try outcome.get()
    }

    /// Takes a model out of service, and the ensembles that use it. Returns when the unload has begun.
    public func unload(_ name: String, unloadDependents: Bool = false) async throws(ServingError) {
        try checkExplicitControl(name)
        await takeTurn()
        let before = Set(planner.targets.keys)
        for qualifiedName in planner.wantedNames[name] ?? [name] { problems.forget(qualifiedName) }
        perform(planner.unload(name, unloadDependents: unloadDependents, operation: planner.newOperation()))
        noteUnload(of: name, wanted: before)
        turns.leave()
    }

    /// All models that the repositories hold now, with the states of their versions, by name and version.
    public func index(readyOnly: Bool) async throws(ServingError) -> [RepositoryIndexEntry] {
        await refreshRemoteNames()
        let listing = await repositoryThread.run { [reader] () -> Result<[RepositoryIndex.Directory], ServingError> in
            do throws(ServingError) {
                return .success(try reader.directories())
            } catch {
                return .failure(error)
            }
        }
        let statuses = table.statuses()
        let index = RepositoryIndex(
            directories: try listing.get(), statuses: onDemand?.shown(statuses) ?? statuses, problems: problems.causes,
            failures: planner.failures)
        return index.entries(readyOnly: readyOnly)
    }

    // MARK: Stop

    /// From now on the server is not ready; everything else goes on.
    public nonisolated func beginDrain() { table.enter(.draining) }

    /// From now on the server is not ready and loads nothing more; requests are still answered.
    public nonisolated func beginShutdown() {
        table.enter(.stopping)
        settings.remote?.stop()
    }

    /// Refuses new requests, unloads everything, and returns when the last version has left memory: when the requests
    /// that use it are answered and running loads have ended. The caller sets the limit on the time.
    public func shutdown() async {
        beginShutdown()
        table.refuseRequests()
        onDemand?.stop()
        await takeTurn()
        await completion { operation in planner.unloadAll(operation: operation) }
        guard versionsInMemory > 0 else { return }
        await withCheckedContinuation { waitingForMemory.append($0) }
    }

    /// Deletes the files that load requests brought, also of models that are in memory. For the end of the process.
    public nonisolated func removeOverridingFiles() { overrideStore.removeAll() }

    // MARK: Turns and results

    /// Readings of the repositories are taken and acted on one after the other, so that an older one never follows a
    /// newer one.
    func takeTurn() async {
        if turns.tryEnter() { return }
        await withCheckedContinuation { turns.wait($0) }
    }

    func leaveTurn() { turns.leave() }

    /// Does what the planner answers, ends the turn, and waits for the operation.
    @discardableResult
    func completion(of event: (OperationID) -> [RepositoryAction]) async -> OperationResult {
        let operation = planner.newOperation()
        let actions = event(operation)
        return await withCheckedContinuation { continuation in
            waiting[operation] = continuation
            perform(actions)
            turns.leave()
        }
    }

    private func result(of operation: OperationID) async -> OperationResult {
        guard planner.isPending(operation) else { return .success(()) }
        return await withCheckedContinuation { waiting[operation] = $0 }
    }

    private func removeLeftovers() async {
        guard settings.controlMode == .explicit else { return }
        for path in await repositoryThread.run({ [overrideStore] in overrideStore.removeLeftovers() }) {
            logger.info("deleted \(path): files of load requests that a server left behind")
        }
    }

    private func read(_ name: String, _ override: ModelLoadOverride) async -> RepositoryReader.Reading {
        guard !override.files.isEmpty, let json = override.configurationJSON else {
            return await repositoryThread.run { [reader] in
                reader.read([name], configurationJSON: override.configurationJSON)
            }
        }
        let (reading, directory) = await repositoryThread.run { [reader, overrideStore] in
            Self.read(name, json, override.files, in: overrideStore, with: reader)
        }
        if let directory { overrideDirectories[directory.modelPath] = directory }
        return reading
    }

    private static func read(
        _ name: String, _ json: String, _ files: [String: [UInt8]], in store: OverrideStore,
        with reader: RepositoryReader
    ) -> (RepositoryReader.Reading, OverrideDirectory?) {
        do throws(ServingError) {
            let directory = try store.directory(model: name, files: files)
            return (reader.read(name, at: directory.modelPath, configurationJSON: json), directory)
        } catch {
            return (RepositoryReader.Reading(observed: [name: .invalid(error)]), nil)
        }
    }

    private func checkExplicitControl(_ name: String) throws(ServingError) {
        guard settings.controlMode == .explicit else {
            throw ServingError(
                .unavailable, "explicit model load / unload is not allowed if polling is enabled")
        }
        guard !table.isStopping else { throw Self.stopping }
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0x2F), !name.utf8.contains(0) else {
            throw ServingError(
                .invalidArgument, "'\(name)' is not a model name: a model name is the name of one directory")
        }
    }

    private static let stopping = ServingError(.unavailable, "Server exiting")
}
