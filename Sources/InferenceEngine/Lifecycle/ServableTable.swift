public import InferenceTypes
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

    enum Phase { case starting, running, stopping }

    private struct State {
        var servables: [String: [Int64: any Servable]] = [:]
        var largest: [String: any Servable] = [:]
        var statuses: [String: [Int64: VersionStatus]] = [:]
        var allServeOrWereUnloaded = true
        var phase = Phase.starting
        var acceptsRequests = true
    }

    private let state = Mutex(State())

    public init() {}

    /// The servable that answers a client's request; `nil` asks for the largest ready version.
    ///
    /// - Throws: Triton's words for a model or version that is unknown or not ready, or for a server that stops.
    public func resolve(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
        try state.withLock { state throws(ServingError) in
            guard state.acceptsRequests else { throw .modelIsStopping }
            return try Self.find(name, version, state)
        }
    }

    /// The servable that runs a step of an ensemble. Works while the server stops, so that running ensembles finish.
    public func resolveComposingModel(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
        try state.withLock { state throws(ServingError) in try Self.find(name, version, state) }
    }

    /// Ready servables, sorted by name and version.
    func ready() -> [any Servable] {
        let servables = state.withLock { $0.servables }
        return servables.sorted { $0.key < $1.key }
            .flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
    }

    func readyVersions(of name: String) -> [Int64] {
        state.withLock { ($0.servables[name] ?? [:]).keys.sorted() }
    }

    func isReady(_ name: String, _ version: Int64?) -> Bool {
        state.withLock { state in
            guard let versions = state.servables[name] else { return false }
            return version.map { versions[$0] != nil } ?? true
        }
    }

    func isKnown(_ name: String) -> Bool {
        state.withLock { $0.servables[name] != nil || $0.statuses[name] != nil }
    }

    func statuses() -> [String: [Int64: VersionStatus]] { state.withLock { $0.statuses } }

    func isServerReady(strictly: Bool) -> Bool {
        state.withLock { $0.phase == .running && (!strictly || $0.allServeOrWereUnloaded) }
    }

    var isStopping: Bool { state.withLock { $0.phase == .stopping } }

    func enter(_ phase: Phase) {
        state.withLock { if $0.phase != .stopping { $0.phase = phase } }
    }

    func refuseRequests() { state.withLock { $0.acceptsRequests = false } }

    /// Makes all changes at one moment. Returns what left service, to be dropped where freeing it may take its time.
    func apply(_ changes: [Change], statuses: [String: [Int64: VersionStatus]]) -> [any Servable] {
        state.withLock { state in
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
            state.allServeOrWereUnloaded = statuses.values.allSatisfy { versions in
                !versions.isEmpty && versions.values.allSatisfy { $0.state == .ready || $0 == .unloaded }
            }
            return removed
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
        throw ServingError(.notFound, "Request for unknown model: '\(name)' has no available versions")
    }
}
