extension ResidencyPolicy {
    /// What is to be done after the events since the last decision, at this time, with models used like this.
    mutating func decide(now: Duration, usage: (String) -> Usage) -> [Action] {
        refuseOverdue(now)
        leaveQueueWithoutRequests()
        surveyQueue()
        let isBlocked = loadFromQueue(now, usage)
        if !isBlocked { keepWithinBudget(now, usage) }
        unloadDrained(usage)
        defer { actions = [] }
        return actions
    }

    private mutating func refuseOverdue(_ now: Duration) {
        guard waitingCount > 0 else { return }
        for name in models.keys {
            guard let waiting = models[name]?.waiting, waiting.contains(where: { $0.deadline <= now }) else { continue }
            for overdue in waiting where overdue.deadline <= now {
                actions.append(.refuse(overdue.request, .waitedTooLong))
                waitingCount -= 1
            }
            models[name]?.waiting.removeAll { $0.deadline <= now }
        }
    }

    private mutating func leaveQueueWithoutRequests() {
        for name in queue where models[name]?.waiting.isEmpty ?? true {
            if models[name]?.phase == .queued { models[name]?.phase = .absent }
        }
        queue.removeAll { models[$0]?.waiting.isEmpty ?? true }
        // A survey may end when nobody waits any more.
        for name in models.keys where models[name]?.phase == .queued && !queue.contains(name) {
            models[name]?.phase = .absent
        }
    }

    private mutating func surveyQueue() {
        for name in queue where models[name]?.phase == .absent {
            models[name]?.phase = .surveying
            actions.append(.survey(name))
        }
    }

    /// - Returns: whether the first of the queue has to wait for room.
    private mutating func loadFromQueue(_ now: Duration, _ usage: (String) -> Usage) -> Bool {
        while let name = queue.first, let model = models[name] {
            switch model.phase {
            case .resident: answerAll(name)
            case .draining: reinstate(name)
            case .loading: queue.removeFirst()
            case .queued:
                guard makeRoom(for: name, now, usage) else { return true }
                beginLoad(name)
            case .absent, .surveying, .leaving: return false
            }
        }
        return false
    }

    private mutating func beginLoad(_ name: String) {
        let missing = closure(of: name).filter { models[$0].map { !$0.isLive } ?? true }
        for part in missing {
            var model = models[part] ?? ResidentModel()
            model.phase = .loading
            model.bytes = model.estimate
            model.loadedFor = name
            models[part] = model
        }
        queue.removeAll { missing.contains($0) }
        shortSince = nil
        actions.append(.load(name))
    }

    /// Has models leave for the first of the queue; returns whether there is room now.
    private mutating func makeRoom(for name: String, _ now: Duration, _ usage: (String) -> Usage) -> Bool {
        let closure = closure(of: name)
        for part in closure where models[part]?.phase == .draining { reinstate(part) }
        guard !closure.contains(where: { models[$0]?.phase == .leaving }) else { return false }
        let need = closure.filter { models[$0].map { !$0.isLive } ?? true }
            .reduce(0) { Self.sum($0, models[$1]?.estimate ?? 0) }
        let wanted = Self.sum(charged, need)
        guard wanted > settings.memoryBudget else { return true }
        let leaving = leavingBytes
        if wanted - leaving > settings.memoryBudget {
            shortSince = shortSince ?? now
            retire(
                wanted - leaving - settings.memoryBudget, sparing: Set(closure),
                minimumAge: settings.minimumResidence, now, usage)
        }
        guard leavingBytes == 0 else { return false }
        // Larger than the budget leaves beside what must stay: it loads when it is alone.
        return !models.contains { other, model in
            model.charge > 0 && !closure.contains(other) && !mustStay(other)
        }
    }

    /// Has models leave when loads took more than was expected; otherwise nothing needs to leave.
    private mutating func keepWithinBudget(_ now: Duration, _ usage: (String) -> Usage) {
        guard charged > settings.memoryBudget else {
            for name in models.keys.sorted() where models[name]?.phase == .draining { reinstate(name) }
            shortSince = nil
            return
        }
        let excess = charged - leavingBytes - settings.memoryBudget
        let spared = sparedInExcess(now, usage)
        let canLeave = models.contains { name, model in
            model.phase == .resident && model.bytes > 0 && !spared.contains(name) && !mustStay(name)
        }
        guard excess > 0, canLeave else {
            shortSince = nil
            return
        }
        shortSince = shortSince ?? now
        retire(excess, sparing: spared, minimumAge: .zero, now, usage)
    }

    /// One model may be larger than the budget: the one in use last stays, with all that belongs to it.
    private func sparedInExcess(_ now: Duration, _ usage: (String) -> Usage) -> Set<String> {
        let candidates = models.filter { $0.value.phase == .resident && $0.value.bytes > 0 && !mustStay($0.key) }.keys
        var spared = candidates.max { left, right in
            (usage(left).lastUse, left) < (usage(right).lastUse, right)
        }
        if let lastActivated, let model = models[lastActivated], model.phase == .resident,
            now - model.residentSince < max(settings.minimumResidence, settings.patience)
        {
            spared = lastActivated
        }
        guard let spared else { return [] }
        // Where an ensemble uses it, that is what stays.
        let top = dependents(of: spared).filter { !mustStay($0) }.max { usage($0).lastUse < usage($1).lastUse }
        return Set(closure(of: top ?? spared))
    }

    /// What was to leave serves on, and what it is composed of with it.
    private mutating func reinstate(_ name: String) {
        for part in closure(of: name) where models[part]?.phase == .draining {
            models[part]?.phase = .resident
            models[part]?.isWithdrawn = false
            actions.append(.reinstate(part))
            if models[part]?.waiting.isEmpty == false { answerAll(part) }
        }
    }

    /// Ensembles before what they are composed of.
    private mutating func unloadDrained(_ usage: (String) -> Usage) {
        var unloads: [String] = []
        var isChanging = true
        while isChanging {
            isChanging = false
            for name in models.keys.sorted() {
                guard let model = models[name], model.phase == .draining, model.isWithdrawn, usage(name).leases == 0,
                    dependents(of: name).isEmpty
                else { continue }
                models[name]?.phase = .leaving
                unloads.append(name)
                isChanging = true
            }
        }
        if !unloads.isEmpty { actions.append(.unload(unloads)) }
    }

    // MARK: What follows from the state

    /// The model and everything that it is composed of.
    func closure(of name: String) -> [String] { [name] + (models[name]?.parts ?? []) }

    /// Ensembles in memory, or on their way there, that use a model.
    func dependents(of name: String) -> [String] {
        ensembles.filter { ensemble in
            models[ensemble].map { $0.isLive && $0.parts.contains(name) } ?? false
        }.sorted()
    }

    /// Whether the model may not leave to make room, now or later.
    func mustStay(_ name: String) -> Bool {
        ([name] + dependents(of: name)).contains { models[$0].map { $0.isPinned || $0.isHeld } ?? false }
    }

    /// What is on its way out of memory.
    var leavingBytes: Int {
        models.values.reduce(0) { sum, model in
            model.phase == .draining || model.phase == .leaving ? Self.sum(sum, model.charge) : sum
        }
    }
}
