extension ResidencyPolicy {
    /// A model that could leave, with the ensembles that would leave with it.
    private struct Candidate {
        var members: [String]
        var lastUse: UInt64
        var isBusy: Bool
    }

    /// Has the least recently used models leave until that many bytes are on their way; idle ones first, and busy ones
    /// only after idle ones have been missing for a while.
    mutating func retire(
        _ shortfall: Int, sparing: Set<String>, minimumAge: Duration, _ now: Duration, _ usage: (String) -> Usage
    ) {
        let takesBusy = shortSince.map { now - $0 >= settings.patience } ?? false
        var missing = shortfall
        for candidate in candidates(sparing: sparing, minimumAge: minimumAge, now, usage) {
            guard missing > 0, takesBusy || !candidate.isBusy else { break }
            for name in candidate.members where models[name]?.phase == .resident {
                models[name]?.phase = .draining
                models[name]?.isWithdrawn = false
                actions.append(.withdraw(name))
                missing -= min(models[name]?.bytes ?? 0, missing)
            }
        }
    }

    private func candidates(
        sparing: Set<String>, minimumAge: Duration, _ now: Duration, _ usage: (String) -> Usage
    ) -> [Candidate] {
        var candidates: [Candidate] = []
        for (name, model) in models where model.phase == .resident && model.bytes > 0 {
            let members = dependents(of: name) + [name]
            let canLeave = members.allSatisfy { member in
                guard let model = models[member], model.phase != .loading, !sparing.contains(member) else {
                    return false
                }
                return !model.isPinned && !model.isHeld && model.residentSince + minimumAge <= now
            }
            guard canLeave else { continue }
            let uses = members.map(usage)
            candidates.append(
                Candidate(
                    members: members, lastUse: uses.map(\.lastUse).max() ?? 0,
                    isBusy: uses.contains { $0.leases > 0 }))
        }
        return candidates.sorted { left, right in
            if left.isBusy != right.isBusy { return right.isBusy }
            if left.lastUse != right.lastUse { return left.lastUse < right.lastUse }
            return left.members.lexicographicallyPrecedes(right.members)
        }
    }
}
