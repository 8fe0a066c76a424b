public import InferenceTypes
public import Logging
import ModelConfiguration
import ModelRepository

/// Loads and unloads models as the repositories, the control mode and operators ask for, and knows what serves.
///
/// An actor for the rare control work; everything that requests need is nonisolated and takes one short lock. Models
/// load, and leave memory, on threads of its own.
public actor ModelManager {
    typealias OperationResult = Result<Void, ServingError>

    public nonisolated let settings: ModelManagerSettings
    /// What serves now.
    public nonisolated let table: ServableTable
    nonisolated let factory: any ServableFactory
    nonisolated let configurations: any ModelConfigurationReading
    nonisolated let logger: Logger
    nonisolated let loadingThreads: LoadingThreads
    nonisolated let repositoryThread = LoadingThreads(name: "repository", limit: 1)
    /// Models leave memory here, so that a slow load does not keep them in it.
    nonisolated let unloadingThread = LoadingThreads(name: "model unloader", limit: 1)
    nonisolated let reader: RepositoryReader

    var planner = RepositoryPlanner()
    var settleFilter: SettleFilter
    var waiting: [OperationID: CheckedContinuation<OperationResult, Never>] = [:]
    /// What builds brought, until the planner says what becomes of it.
    var built: [UInt64: ServableBox] = [:]
    /// Of the objects in service: build -> version.
    var lifetimes: [UInt64: [Int64: ServableLifetime]] = [:]
    /// Versions that load or are in memory.
    var versionsInMemory = 0
    var waitingForMemory: [CheckedContinuation<Void, Never>] = []
    /// How long the loads at start took; `nil` once that has been reported.
    var startupLoadTimes: [String: [Int64: Duration]]? = [:]
    var overrideDirectories: [String: OverrideDirectory] = [:]
    var loggedNotes = LoggedMessages()
    var loggedProblems = LoggedMessages()
    /// Models whose files were not quiet when the last poll ended.
    var unquietModels: Set<String> = []
    private var turns = FirstInFirstOut()

    /// - Parameters:
    ///   - table: made beforehand, because the factory needs its `resolveComposingModel`.
    ///   - factory: makes the servables, on loading threads.
    ///   - configurations: reads model configurations, on the repository thread.
    public init(
        settings: ModelManagerSettings, table: ServableTable, factory: any ServableFactory,
        configurations: any ModelConfigurationReading, logger: Logger
    ) {
        self.settings = settings
        self.table = table
        self.factory = factory
        self.configurations = configurations
        self.logger = logger
        loadingThreads = LoadingThreads(name: "model loader", limit: settings.loadThreadCount)
        reader = RepositoryReader(
            scanner: RepositoryScanner(
                repositories: settings.repositories, configurationName: settings.configurationName,
                limits: settings.scanLimits),
            configurations: configurations)
        settleFilter = SettleFilter(settleTime: settings.settleTime)
    }

    // MARK: For requests

    /// The model version that answers a request (`nil`: the largest ready one). Holding it pins it.
    ///
    /// - Throws: Triton's words for a model or version that is unknown or not ready.
    public nonisolated func resolve(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
        try table.resolve(name, version)
    }

    public nonisolated func isModelReady(_ name: String, version: Int64?) -> Bool { table.isReady(name, version) }

    /// Whether a version of the model serves, is on its way, was unloaded, or failed to load.
    public nonisolated func isModelKnown(_ name: String) -> Bool { table.isKnown(name) }

    /// Whether the server is ready: started, not stopping, and with strict readiness nothing failed or on its way.
    public nonisolated var isReady: Bool { table.isServerReady(strictly: settings.hasStrictReadiness) }

    /// Ascending; empty for a model that is not ready or not known.
    public nonisolated func readyVersions(of name: String) -> [Int64] { table.readyVersions(of: name) }

    /// Sorted by name and version.
    public nonisolated func readyServables() -> [any Servable] { table.ready() }

    // MARK: Start

    /// Loads what the control mode says, and returns when all of it has loaded or failed.
    public func start() async -> StartupReport {
        let began = settings.clock.now()
        let startsAll = settings.controlMode != .explicit || settings.startupModels == ["*"]
        let names = startsAll ? nil : settings.startupModels
        await takeTurn()
        let reading = await repositoryThread.run { [reader] in names.map { reader.read($0) } ?? reader.readAll() }
        note(reading)
        settleFilter.take(reading.fingerprints)
        await completion { operation in
            planner.loadInitially(names, observed: reading.observed, operation: operation)
        }
        table.enter(.running)
        defer { startupLoadTimes = nil }
        return startupReport(reading, names: names, duration: settings.clock.now() - began)
    }

    // MARK: Polling

    /// Polls the repositories until the task is cancelled. For poll mode.
    public func runPolling(every period: Duration) async {
        while !Task.isCancelled, !table.isStopping {
            await settings.clock.sleep(period)
            guard !Task.isCancelled else { return }
            await poll(awaitingLoads: false)
        }
    }

    /// Looks at the repositories once and follows what changed there, each change once its files are quiet.
    ///
    /// - Parameter awaitingLoads: return only when what the changes led to has loaded or failed.
    public func poll(awaitingLoads: Bool = true) async {
        guard settings.controlMode == .poll else { return }
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
            let admitted = settleFilter.admit(reading.fingerprints, now: settings.clock.now())
            let operation = planner.newOperation()
            perform(
                planner.poll(reading.observed, admitted: admitted, retryFailed: round == 0, operation: operation))
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
        await takeTurn()
        let reading = await read(name, override)
        note(reading)
        if reading.observed[name] == nil {
            noteProblem(name, "failed to load '\(name)': \(RepositoryPlanner.noDirectory)")
        }
        guard !table.isStopping else {
            turns.leave()
            throw Self.stopping
        }
        let outcome = await completion { operation in
            planner.load(name, observed: reading.observed, operation: operation)
        }
        try outcome.get()
    }

    /// Takes a model out of service, and the ensembles that use it. Returns when the unload has begun.
    public func unload(_ name: String, unloadDependents: Bool = false) async throws(ServingError) {
        try checkExplicitControl(name)
        await takeTurn()
        perform(planner.unload(name, unloadDependents: unloadDependents, operation: planner.newOperation()))
        turns.leave()
    }

    /// All models that the repositories hold now, with the states of their versions, by name and version.
    public func index(readyOnly: Bool) async throws(ServingError) -> [RepositoryIndexEntry] {
        let listing = await repositoryThread.run { [reader] () -> Result<[String: [String]], ServingError> in
            do throws(ServingError) {
                return .success(try reader.scanner.modelNames().names)
            } catch {
                return .failure(error)
            }
        }
        return Self.index(of: try listing.get(), table.statuses(), readyOnly: readyOnly)
    }

    // MARK: Stop

    /// From now on the server is not ready and loads nothing more; requests are still answered.
    public nonisolated func beginShutdown() { table.enter(.stopping) }

    /// Refuses new requests, unloads everything, and returns when the last version has left memory: when the requests
    /// that use it are answered and running loads have ended. The caller sets the limit on the time.
    public func shutdown() async {
        beginShutdown()
        table.refuseRequests()
        await takeTurn()
        await completion { operation in planner.unloadAll(operation: operation) }
        guard versionsInMemory > 0 else { return }
        await withCheckedContinuation { waitingForMemory.append($0) }
    }

    // MARK: Turns and results

    /// Readings of the repositories are taken and acted on one after the other, so that an older one never follows a
    /// newer one.
    private func takeTurn() async {
        if turns.tryEnter() { return }
        await withCheckedContinuation { turns.wait($0) }
    }

    /// Does what the planner answers, ends the turn, and waits for the operation.
    @discardableResult
    private func completion(of event: (OperationID) -> [RepositoryAction]) async -> OperationResult {
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

    private func read(_ name: String, _ override: ModelLoadOverride) async -> RepositoryReader.Reading {
        guard !override.files.isEmpty, let json = override.configurationJSON else {
            return await repositoryThread.run { [reader] in
                reader.read([name], configurationJSON: override.configurationJSON)
            }
        }
        let (reading, directory) = await repositoryThread.run { [reader, parent = settings.temporaryDirectory] in
            Self.read(name, json, override.files, below: parent, with: reader)
        }
        if let directory { overrideDirectories[directory.modelPath] = directory }
        return reading
    }

    private static func read(
        _ name: String, _ json: String, _ files: [String: [UInt8]], below parent: String, with reader: RepositoryReader
    ) -> (RepositoryReader.Reading, OverrideDirectory?) {
        do throws(ServingError) {
            let directory = try OverrideDirectory(model: name, files: files, below: parent)
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
