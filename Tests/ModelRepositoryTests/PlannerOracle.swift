/// What should serve, by the rules as users know them: nothing here knows of builds, generations or the order of things.
struct PlannerOracle {
    /// The models that should serve, as they were when they were last looked at.
    private(set) var wanted: [String: SimulatedModel] = [:]
    /// Those that somebody asked for by name.
    private var named: Set<String> = []

    /// An ensemble is wanted with what it is made of.
    mutating func load(_ name: String, from disk: [String: SimulatedEntry]) {
        guard case .model? = disk[name] else { return }
        named.insert(name)
        var reached: Set<String> = []
        var queue = [name]
        while let next = queue.popLast() {
            guard reached.insert(next).inserted, case .model(let found)? = disk[next] else { continue }
            // A configuration that was given with a load stays until the directory is touched.
            if let old = wanted[next], old.isOverride, !found.isOverride, old.edit == found.edit {
                queue += old.composing
            } else {
                wanted[next] = found
                queue += found.composing
            }
        }
    }

    mutating func unload(_ name: String, withComposing: Bool) {
        let composing = wanted.removeValue(forKey: name)?.composing ?? []
        named.remove(name)
        guard withComposing else { return }
        for model in Set(composing) where !named.contains(model) && wanted[model] != nil && !isUsed(model) {
            unload(model, withComposing: true)
        }
    }

    /// Only `admitted` names may change.
    mutating func poll(_ disk: [String: SimulatedEntry], admitted: Set<String>) {
        for name in admitted {
            switch disk[name] {
            case .model(let found)?:
                wanted[name] = found
                named.insert(name)
            case nil, .ambiguous?:
                wanted[name] = nil
                named.remove(name)
            case .invalid?: break
            }
        }
    }

    /// Whether the ensemble can serve beside what does.
    func canServe(_ name: String, beside serving: (String) -> Set<Int64>) -> Bool {
        guard let model = wanted[name], !model.selected.isEmpty, !model.lacks(serving) else { return false }
        return model.composing.allSatisfy { wanted[$0] != nil } && !leadsBack(to: name, from: name, seen: [])
    }

    private func isUsed(_ name: String) -> Bool { wanted.values.contains { $0.composing.contains(name) } }

    private func leadsBack(to name: String, from start: String, seen: Set<String>) -> Bool {
        (wanted[start]?.composing ?? []).contains { next in
            next == name || (!seen.contains(next) && leadsBack(to: name, from: next, seen: seen.union([next])))
        }
    }
}
