public import InferenceTypes
import ModelConfiguration
import ModelRepository
import Synchronization

/// What serves now: model -> version -> servable, and the state of every version that was ever to be loaded.
///
/// Thread-safe; every request looks here once, under one short lock. Made before the servable factory, which needs a
/// way to find composing models, and before the `ModelManager`, which alone changes it.
public final class ServableTable: Sendable {
    enum Change {
        case activate(model: String, servables: [any Servable], released: [Int64])
        case release(model: String, versions: [Int64])
    }

    /// In the order in which a server goes through them.
    enum Phase: Int {
        case starting, running
        /// Not ready any more; everything is served and loaded all the same.
        case draining
        case stopping
    }

    private struct State {
        var servables: [String: [Int64: any Servable]] = [:]
        var largest: [String: any Servable] = [:]
        var statuses: [String: [Int64: VersionStatus]] = [:]
        /// Model name -> the names with namespace of those that are wanted; `nil` where there are no namespaces.
        var qualifiedNames: [String: [String]]?
        var allServeOrWereUnloaded = true
        var phase = Phase.starting
        var acceptsRequests = true
        /// Models that load at first use; `nil` if none does.
        var onDemand: [String: OnDemandEntry]?
        /// Counts uses of them, so that they can be told by age.
        var useCount: UInt64 = 0
    }

    private struct OnDemandEntry {
        var use: ModelUse
        var isPinned: Bool
        /// Whether it is about to leave, and is given to no further request.
        var isWithdrawn = false
    }

    private let state = Mutex(State())

    public init() {}

    /// The servable that answers a client's request; `nil` asks for the largest ready version.
    ///
    /// - Throws: Triton's words for a model or version that is unknown or not ready, or for a server that stops.
    public func resolve(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
        guard let servable = try find(name, version) else { throw .noAvailableVersion(name) }
        return servable
    }

    /// As `resolve`; `nil` for a model that loads on demand and is not in memory, or is about to leave it.
    func find(_ name: String, _ version: Int64?) throws(ServingError) -> (any Servable)? {
        try state.withLock { state throws(ServingError) in
            guard state.acceptsRequests else { throw .modelIsStopping }
            guard state.onDemand != nil, let entry = state.onDemand?[name] else {
                return try Self.find(try Self.qualifiedName(name, state), version, state)
            }
            guard !entry.isWithdrawn, state.largest[name] != nil else { return nil }
            let servable = try Self.find(name, version, state)
            state.useCount &+= 1
            return LeasedServable(servable, entry.use, stamp: state.useCount)
        }
    }

    /// The servable that runs a step of an ensemble, by its name with its namespace. Works while the server stops, so that
    /// running ensembles finish.
    public func resolveComposingModel(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
        try state.withLock { state throws(ServingError) in try Self.find(name, version, state) }
    }

    /// Ready servables, sorted by name and version.
    func ready() -> [any Servable] {
        let servables = state.withLock { $0.servables }
        return servables.sorted { $0.key < $1.key }
            .flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
    }

    func servables(of name: String) -> [any Servable] {
        state.withLock { ($0.servables[name] ?? [:]).values.map { $0 } }
    }

    func readyVersions(of name: String) -> [Int64] {
        state.withLock { state in
            guard let name = try? Self.qualifiedName(name, state) else { return [] }
            return (state.servables[name] ?? [:]).keys.sorted()
        }
    }

    func isReady(_ name: String, _ version: Int64?) -> Bool {
        state.withLock { state in
            guard let name = try? Self.qualifiedName(name, state), let versions = state.servables[name] else {
                return false
            }
            return version.map { versions[$0] != nil } ?? true
        }
    }

    func isKnown(_ name: String) -> Bool {
        state.withLock { state in
            (state.qualifiedNames?[name] ?? [name]).contains { state.servables[$0] != nil || state.statuses[$0] != nil }
        }
    }

    func statuses() -> [String: [Int64: VersionStatus]] { state.withLock { $0.statuses } }

    func isServerReady(strictly: Bool) -> Bool {
        state.withLock { $0.phase == .running && (!strictly || $0.allServeOrWereUnloaded) }
    }

    var hasStarted: Bool { state.withLock { $0.phase != .starting } }

    var isStopping: Bool { state.withLock { $0.phase == .stopping } }

    /// There is no way back: entering an earlier phase does nothing.
    func enter(_ phase: Phase) {
        state.withLock { if $0.phase.rawValue < phase.rawValue { $0.phase = phase } }
    }

    func refuseRequests() { state.withLock { $0.acceptsRequests = false } }

    // MARK: On-demand models

    /// From now on exactly these models load on demand.
    func setOnDemand(_ uses: [String: ModelUse], pinned: Set<String>) {
        state.withLock { state in
            let before = state.onDemand ?? [:]
            var entries: [String: OnDemandEntry] = [:]
            for (name, use) in uses {
                entries[name] = OnDemandEntry(
                    use: use, isPinned: pinned.contains(name), isWithdrawn: before[name]?.isWithdrawn ?? false)
            }
            state.onDemand = entries
        }
    }

    /// No request finds the model from now on; those that have it go on.
    func withdraw(_ name: String) { state.withLock { $0.onDemand?[name]?.isWithdrawn = true } }

    func reinstate(_ name: String) { state.withLock { $0.onDemand?[name]?.isWithdrawn = false } }

    /// Makes all changes at one moment. Returns what left service, to be dropped where freeing it may take its time.
    ///
    /// - Parameter qualifiedNames: where there are namespaces, model name -> the names with namespace of those that are
    ///   wanted.
    func apply(
        _ changes: [Change], statuses: [String: [Int64: VersionStatus]], qualifiedNames: [String: [String]]? = nil
    ) -> [any Servable] {
        for case .activate(let model, let servables, _) in changes { continueCounting(model, servables) }
        return state.withLock { state in
            state.qualifiedNames = qualifiedNames
            var removed: [any Servable] = []
            for change in changes {
                switch change {
                case .activate(let model, let servables, let released):
                    var versions = state.servables[model] ?? [:]
                    removed += released.compactMap { versions.removeValue(forKey: $0) }
                    for servable in servables { versions[servable.version] = servable }
                    state.servables[model] = versions
                case .release(let model, let versions):
                    removed += versions.compactMap { state.servables[model]?.removeValue(forKey: $0) }
                }
            }
            for change in changes { Self.refreshLargest(change, &state) }
            state.statuses = statuses
            state.allServeOrWereUnloaded = statuses.allSatisfy { name, versions in
                // Requests have models come and go; the server is ready all the while.
                if let entry = state.onDemand?[name], !entry.isPinned { return true }
                return !versions.isEmpty && versions.values.allSatisfy { $0.state == .ready || $0 == .unloaded }
            }
            return removed
        }
    }

    /// Versions that take the place of those in service go on with their metrics, as long as these have the same labels.
    private func continueCounting(_ model: String, _ servables: [any Servable]) {
        let old = state.withLock { $0.servables[model] ?? [:] }
        for servable in servables {
            guard let predecessor = old[servable.version],
                predecessor.configuration.metricTags == servable.configuration.metricTags
            else { continue }
            servable.statistics.succeed(predecessor.statistics)
        }
    }

    private static func refreshLargest(_ change: Change, _ state: inout State) {
        let model: String
        switch change {
        case .activate(let name, _, _): model = name
        case .release(let name, _): model = name
        }
        let versions = state.servables[model] ?? [:]
        if versions.isEmpty { state.servables[model] = nil }
        state.largest[model] = versions.max { $0.key < $1.key }?.value
    }

    /// What a client's name stands for.
    private static func qualifiedName(_ name: String, _ state: borrowing State) throws(ServingError) -> String {
        guard let qualifiedNames = state.qualifiedNames else { return name }
        let found = qualifiedNames[name] ?? []
        guard let only = found.first else { throw .unknownModel(name) }
        guard found.count == 1 else { throw .ambiguousModel(name, count: found.count) }
        return only
    }

    private static func find(
        _ name: String, _ version: Int64?, _ state: borrowing State
    ) throws(ServingError) -> any Servable {
        if let version {
            if let servable = state.servables[name]?[version] { return servable }
            guard state.statuses[name]?[version] != nil else {
                throw ServingError(
                    .notFound, "Request for unknown model: '\(name)' version \(version) is not found")
            }
            throw ServingError(
                .unavailable, "Request for unknown model: '\(name)' version \(version) is not at ready state")
        }
        if let servable = state.largest[name] { return servable }
        guard state.statuses[name] != nil else { throw .unknownModel(name) }
        throw .noAvailableVersion(name)
    }
}
