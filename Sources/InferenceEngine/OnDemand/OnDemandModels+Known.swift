import InferenceTypes
import ModelRepository
import Synchronization

/// Which models load on demand, and how they look to clients while they are not in memory.
extension OnDemandModels {
    /// What the index says of a model that is ready without being in memory.
    static let reason = "not in memory: loads at the next request"

    /// Adds models to those that load on demand, or brings up to date what is known of them.
    func know(_ observed: [String: ModelObservation]) {
        let versions = observed.mapValues { observation in
            if case .valid(let candidate) = observation { candidate.selectedVersions } else { [Int64]() }
        }
        change { $0.merge(versions) { _, new in new } }
    }

    /// What is not known any more is not loaded for requests.
    func forget(_ names: Set<String>) { change { known in known = known.filter { !names.contains($0.key) } } }

    func knows(_ name: String) -> Bool { state.withLock { $0.versions[name] != nil } }

    /// Whether a request would have the model loaded, and not fail for what is known now.
    func isReady(_ name: String, _ version: Int64?, now: Duration) -> Bool {
        state.withLock { state in
            guard let versions = state.versions[name], !versions.isEmpty else { return false }
            return version.map(versions.contains) ?? true && state.policy.isServable(name, now: now)
        }
    }

    /// The versions that a request would have loaded; `nil` for a model that does not load on demand or cannot be read.
    func loadableVersions(of name: String) -> [Int64]? {
        state.withLock { state in state.versions[name].flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// Statuses as the index shows them: a model that any request gets is ready, wherever it is now.
    func shown(_ statuses: [String: [Int64: VersionStatus]]) -> [String: [Int64: VersionStatus]] {
        let (known, failures) = state.withLock { state in
            (state.versions, state.policy.models.compactMapValues { $0.isAway ? $0.failure?.error : nil })
        }
        var shown = statuses
        for (name, versions) in known {
            let absent =
                failures[name].map { VersionStatus(.unavailable, reason: $0.labelledMessage) }
                ?? VersionStatus(.ready, reason: Self.reason)
            for version in versions {
                let status = statuses[name]?[version]
                if status == nil || status == .unloaded {
                    shown[name, default: [:]][version] = absent
                } else if status?.state == .loading || status?.state == .unloading {
                    shown[name]?[version] = VersionStatus(.ready, reason: Self.reason)
                }
            }
        }
        return shown
    }

    private func change(_ change: (inout [String: [Int64]]) -> Void) {
        let uses = state.withLock { state in
            change(&state.versions)
            state.uses = state.uses.filter { state.versions[$0.key] != nil }
            for name in state.versions.keys where state.uses[name] == nil {
                state.uses[name] = ModelUse { [weak self] in self?.noteIdleness() }
            }
            return state.uses
        }
        table.setOnDemand(uses, pinned: settings.pinnedModels)
    }
}
