import InferenceTesting
import InferenceTypes
import Testing

@testable import InferenceEngine

/// A residency policy with a world around it in which everything takes as long as a test says: surveys, loads, requests
/// and the return of memory end when they are told to.
struct ResidencyDriver {
    struct Model {
        var fileBytes: Int
        /// What it really takes; `nil` where nobody measures it.
        var bytes: Int?
        var parts: [String] = []
        var isBroken = false
    }

    enum Outcome: Equatable {
        case answered
        case refused(ResidencyPolicy.Refusal)
    }

    static let broken = ServingError(.internal, "broken on purpose")

    var policy: ResidencyPolicy
    var now = Duration.zero
    var models: [String: Model] = [:]
    /// Begun and not ended.
    var surveys: [String] = []
    var loads: [String] = []
    var leaving: [String] = []
    var loading: [String: String] = [:]
    var inService: Set<String> = []
    var withdrawn: Set<String> = []
    var leases: [(request: UInt64, model: String)] = []
    var lastUses: [String: UInt64] = [:]
    var outcomes: [UInt64: Outcome] = [:]
    var askedAt: [UInt64: Duration] = [:]
    var longestWait = Duration.zero
    /// Actions since last asked for.
    var journal: [ResidencyPolicy.Action] = []
    private var lastRequest: UInt64 = 0
    /// Decided, and not done yet.
    private var pending: [ResidencyPolicy.Action] = []
    private var isRunning = false

    init(budget: Int, _ change: (inout OnDemandSettings) -> Void = { _ in }) {
        var settings = OnDemandSettings(memoryBudget: budget)
        settings.minimumResidence = .zero
        change(&settings)
        policy = ResidencyPolicy(settings: settings)
    }

    // MARK: Events

    /// A request takes a model in memory, or waits for it.
    @discardableResult
    mutating func ask(_ name: String) -> UInt64 {
        lastRequest += 1
        askedAt[lastRequest] = now
        if inService.contains(name), !withdrawn.contains(name) {
            outcomes[lastRequest] = .answered
            lease(lastRequest, name)
        } else {
            policy.request(lastRequest, for: name, since: now, now: now)
            decide()
        }
        return lastRequest
    }

    mutating func pass(_ time: Duration) {
        now += time
        decide()
    }

    mutating func endLease(of request: UInt64) {
        leases.removeAll { $0.request == request }
        decide()
    }

    mutating func endLease(at index: Int) {
        leases.remove(at: index)
        decide()
    }

    mutating func endSurvey(at index: Int) {
        let name = surveys.remove(at: index)
        var sizes: [String: Int] = [:]
        for part in [name] + (models[name]?.parts ?? []) { sizes[part] = models[part]?.fileBytes ?? 0 }
        policy.surveyed(name, sizes: sizes)
        decide()
    }

    /// Whether every composing model that another load brings is there.
    func canEnd(_ load: String) -> Bool {
        (models[load]?.parts ?? []).allSatisfy { loading[$0] == nil || loading[$0] == load }
    }

    mutating func endLoad(at index: Int) {
        let name = loads.remove(at: index)
        let own = loading.filter { $0.value == name }.keys.sorted()
        for part in own { loading[part] = nil }
        let parts = models[name]?.parts ?? []
        let fails =
            own.contains { models[$0]?.isBroken ?? false }
            || parts.contains {
                !own.contains($0) && !inService.contains($0)
            }
        // Of an ensemble, what works serves all the same.
        for part in own {
            if models[part]?.isBroken ?? true || fails && part == name {
                leaving.append(part)
            } else {
                inService.insert(part)
                policy.activated(part, bytes: models[part]?.bytes, parts: models[part]?.parts ?? [], now: now)
            }
        }
        policy.loadEnded(name, fails ? Self.broken : nil, now: now)
        decide()
    }

    mutating func endLeaving(at index: Int) {
        policy.left(leaving.remove(at: index))
        decide()
    }

    /// Ends everything that has begun, and lets time pass, until nothing happens any more.
    mutating func finishAll(endingLeases: Bool = true) {
        for _ in 0..<100_000 {
            if !surveys.isEmpty {
                endSurvey(at: 0)
            } else if let load = loads.firstIndex(where: { canEnd($0) }) {
                endLoad(at: load)
            } else if !leaving.isEmpty {
                endLeaving(at: 0)
            } else if endingLeases, !leases.isEmpty {
                endLease(at: 0)
            } else if policy.awaitsTime {
                pass(.milliseconds(100))
            } else {
                return
            }
        }
        Issue.record("it never comes to rest")
    }

    // MARK: What holds

    /// Models that load, serve, or have not given their memory back.
    var inMemory: Set<String> { inService.union(loading.keys).union(leaving) }

    var bytesInMemory: Int {
        inMemory.reduce(0) { $0 + (models[$1]?.bytes ?? models[$1]?.fileBytes ?? 0) }
    }

    func isLeased(_ name: String) -> Bool { leases.contains { $0.model == name } }

    mutating func takeJournal() -> [ResidencyPolicy.Action] {
        defer { journal = [] }
        return journal
    }

    // MARK: Actions

    mutating func decide() {
        let (leases, lastUses) = (leases, lastUses)
        let actions = policy.decide(now: now) { name in
            .init(leases: leases.count { $0.model == name }, lastUse: lastUses[name] ?? 0)
        }
        journal += actions
        pending += actions
        guard !isRunning else { return }
        isRunning = true
        while !pending.isEmpty { run(pending.removeFirst()) }
        isRunning = false
    }

    private mutating func run(_ action: ResidencyPolicy.Action) {
        switch action {
        case .survey(let name): surveys.append(name)
        case .load(let name):
            loads.append(name)
            for part in [name] + (models[name]?.parts ?? []) where !inService.contains(part) && loading[part] == nil {
                #expect(!leaving.contains(part), "\(part) loads before its memory is back")
                loading[part] = name
                policy.began(part)
            }
        case .withdraw(let name):
            withdrawn.insert(name)
            policy.withdrawn(name)
            decide()
        case .reinstate(let name): withdrawn.remove(name)
        case .unload(let names): unload(names)
        case .answer(let request, let name):
            #expect(inService.contains(name) && !withdrawn.contains(name), "\(name) cannot answer")
            note(request, .answered)
            lease(request, name)
        case .refuse(let request, let refusal): note(request, .refused(refusal))
        }
    }

    private mutating func unload(_ names: [String]) {
        for name in names {
            #expect(!isLeased(name), "\(name) is unloaded while it is used")
            #expect(!policy.settings.pinnedModels.contains(name), "\(name) is pinned")
            let above = inService.filter { models[$0]?.parts.contains(name) ?? false }
            #expect(above.isEmpty, "\(name) is unloaded before \(above)")
            #expect(inService.remove(name) != nil, "\(name) is unloaded twice")
            leaving.append(name)
            policy.released(name)
        }
    }

    private mutating func note(_ request: UInt64, _ outcome: Outcome) {
        #expect(outcomes[request] == nil, "request \(request) is answered twice")
        outcomes[request] = outcome
        longestWait = max(longestWait, now - (askedAt[request] ?? now))
    }

    private mutating func lease(_ request: UInt64, _ name: String) {
        leases.append((request, name))
        lastUses[name] = (lastUses.values.max() ?? 0) + 1
    }
}
