import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository

/// A planner in a world of random events, watched by an oracle.
struct PlannerSimulation {
    private static let plain = ["a", "b", "c"]
    private static let ensembles = ["e1", "e2", "e3"]
    private static let names = plain + ensembles
    private static let broken = ServingError(.internal, "broken on purpose")

    private(set) var lastEvent = ""
    private var engine = SimulatedEngine()
    private var random: SeededGenerator
    private var disk: [String: SimulatedEntry] = [:]
    /// The last model that lay under a name, so that edits can be small.
    private var last: [String: SimulatedModel] = [:]
    private var counter = 0
    private var moreFaults: [String] = []

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    var faults: [String] { engine.faults + moreFaults }

    private var observed: [String: ModelObservation] {
        disk.reduce(into: [:]) { observed, entry in observed[entry.key] = Self.observation(entry.key, entry.value) }
    }

    private static func observation(_ name: String, _ entry: SimulatedEntry) -> ModelObservation {
        switch entry {
        case .model(let model): .valid(model.candidate(name))
        case .invalid: .invalid(broken)
        case .ambiguous: .ambiguous(paths: ["/x/\(name)", "/y/\(name)"])
        }
    }

    // MARK: Events

    mutating func start() {
        for name in Self.plain { edit(name) }
        engine.oracle.poll(disk, admitted: Set(Self.names))
        engine.ask("") { [observed] in $0.loadInitially(nil, observed: observed, operation: $1) }
    }

    mutating func explicitStep() {
        let name = randomName()
        switch chance(12) {
        case 0...2: edit(name)
        case 3, 4: load(name)
        case 5: loadWithConfiguration(name)
        case 6: unload(name)
        case 7: freeOne()
        default: finishOne(failing: true)
        }
    }

    mutating func pollStep() {
        switch chance(12) {
        case 0...2: edit(randomName())
        case 3, 4:
            let everything = chance(2) == 0
            let admitted = Self.names.filter { _ in everything || chance(2) == 0 }
            let unquiet = Self.names.filter { !admitted.contains($0) && chance(2) == 0 }
            poll(admitted: Set(admitted), unquiet: Set(unquiet), chance(2) == 0)
        case 5: freeOne()
        default: finishOne(failing: true)
        }
    }

    mutating func pollEverything() { poll(admitted: Set(Self.names), unquiet: [], true) }

    mutating func finishAll(failing: Bool) {
        while !engine.running.isEmpty, faults.isEmpty {
            finishOne(failing: failing)
            checkEveryStep()
        }
        while engine.leavingCount > 0 { engine.free(0) }
    }

    private mutating func load(_ name: String) {
        lastEvent = "load \(name)"
        let hadFailed = hasFailedToLoad(name)
        engine.oracle.load(name, from: disk)
        engine.ask(name) { [observed] in $0.load(name, observed: observed, operation: $1) }
        guard case .model(let model)? = disk[name], hadFailed, Self.plain.contains(name) else { return }
        check(
            isBuilding(name) || serves(name) || model.selected.isEmpty,
            "a load of \(name), which had failed, does not try again")
    }

    private mutating func loadWithConfiguration(_ name: String) {
        guard case .model(var model)? = disk[name] else { return }
        lastEvent = "load \(name) with a configuration"
        model.isOverride = true
        if model.composing.isEmpty && chance(2) == 0 { model.instances += 1 } else { model.settings = next() }
        var given = disk
        given[name] = .model(model)
        engine.oracle.load(name, from: given)
        let entries = given.mapValues { $0 }
        engine.ask(name) { planner, id in
            let observed = Dictionary(
                uniqueKeysWithValues: entries.map { ($0.key, Self.observation($0.key, $0.value)) })
            return planner.load(name, observed: observed, operation: id)
        }
    }

    private mutating func unload(_ name: String) {
        let withComposing = chance(2) == 0
        lastEvent = "unload \(name)\(withComposing ? " with what it is made of" : "")"
        engine.oracle.unload(name, withComposing: withComposing)
        engine.ask("") { $0.unload(name, unloadDependents: withComposing, operation: $1) }
    }

    private mutating func poll(admitted: Set<String>, unquiet: Set<String>, _ retriesFailed: Bool) {
        lastEvent = "poll of \(admitted.sorted()), not quiet: \(unquiet.sorted())"
        let failed = Self.plain.filter { hasFailedToLoad($0) && !unquiet.contains($0) }
        let before = engine.running.map(\.id)
        engine.oracle.poll(disk, admitted: admitted)
        engine.ask("") { [observed] in
            $0.poll(observed, admitted: admitted, unquiet: unquiet, retryFailed: retriesFailed, operation: $1)
        }
        if retriesFailed {
            for name in failed where engine.oracle.wanted[name]?.selected.isEmpty == false {
                check(isBuilding(name) || serves(name), "\(name) had failed, and a poll does not try again")
            }
        }
        for order in engine.running where !before.contains(order.id) && unquiet.contains(order.name) {
            // An ensemble may follow what it is made of.
            check(!Self.plain.contains(order.name), "\(order.name) is loaded though its files are not quiet")
        }
    }

    private mutating func finishOne(failing: Bool) {
        guard let index = engine.running.indices.randomElement(using: &random) else { return }
        let fails = failing && chance(4) == 0
        lastEvent = "load of \(engine.running[index].name) \(fails ? "fails" : "ends")"
        engine.finish(index, failing: fails ? Self.broken : nil)
    }

    private mutating func freeOne() {
        guard engine.leavingCount > 0 else { return }
        lastEvent = "the last user of something goes"
        engine.free(chance(engine.leavingCount))
    }

    // MARK: Edits

    private mutating func edit(_ name: String) {
        lastEvent = "edit of \(name)"
        switch chance(14) {
        case 0: disk[name] = nil
        case 1: disk[name] = .invalid
        case 2: disk[name] = .ambiguous
        default:
            var model = last[name] ?? SimulatedModel(versions: [1: next()], shared: next(), settings: next(), edit: 0)
            change(&model, name)
            model.edit = next()
            last[name] = model
            disk[name] = .model(model)
        }
    }

    private mutating func change(_ model: inout SimulatedModel, _ name: String) {
        if Self.ensembles.contains(name), model.composing.isEmpty || chance(3) == 0 {
            model.composing = (0...chance(2)).map { _ in randomName() }
            model.required = chance(4) == 0 ? 2 : -1
            return
        }
        let version = Int64(chance(4) + 1)
        switch chance(8) {
        case 0, 1: model.versions[version] = next()
        case 2 where model.versions.count > 1: model.versions[version] = nil
        case 3: model.policy = [nil, .all, .latest(count: 2), .specific([1, 3])].randomElement(using: &random) ?? nil
        case 4, 5:
            if model.composing.isEmpty { model.instances = Int32(chance(4) + 1) }
        case 6: model.shared = next()
        case 7: model.settings = next()
        // Touched, and nothing else.
        default: break
        }
        if model.versions.isEmpty { model.versions[version] = next() }
    }

    // MARK: What must hold

    /// Whatever happens, at every moment.
    mutating func checkEveryStep() {
        let served = engine.table.mapValues { $0.mapValues(\.served.build) }
        check(served == engine.planner.servedVersions, "the planner believes something else to serve")
        for (name, versions) in engine.table {
            check(engine.oracle.wanted[name] != nil, "\(name) serves though it should be gone")
            guard let model = engine.inForce[name] else { continue }
            check(Set(versions.keys) == model.selected, "\(name) serves a part of its versions")
            for (version, object) in versions {
                check(object.origin.isAlike(model, version), "\(name):\(version) is of another model than its siblings")
                check(object.instances == model.instances, "\(name):\(version) has not the instances of its siblings")
            }
            check(!model.lacks(engine.serving), "\(name) serves without what it is made of")
        }
        for (name, statuses) in engine.planner.versionStatuses {
            let ready = statuses.filter { $0.value.state == .ready }.keys
            check(Set(ready) == engine.serving(name), "the index tells other versions of \(name) than those that serve")
        }
    }

    /// When every load has ended.
    mutating func checkAtRest() {
        check(engine.planner.isQuiescent, "something is left to do, and nobody does it")
        for id in engine.asked.keys { check(engine.answered[id] != nil, "an operation was never answered") }
        for (name, statuses) in engine.planner.versionStatuses {
            for (version, status) in statuses {
                check(status.state == .ready || status.state == .unavailable, "\(name):\(version) is \(status.state)")
            }
        }
        for (name, model) in engine.oracle.wanted where !model.selected.isEmpty {
            guard model.composing.isEmpty else {
                checkEnsembleAtRest(name, model)
                continue
            }
            let isMet = engine.isAlike(name, model)
            check(isMet || hasFailedToLoad(name), "\(name) does not serve as it should, and nothing failed")
            check(
                !isMet || engine.planner.failure(of: name) == nil, "\(name) serves, and its load is told to have failed"
            )
        }
    }

    private mutating func checkEnsembleAtRest(_ name: String, _ model: SimulatedModel) {
        guard engine.oracle.canServe(name, beside: engine.serving) else {
            // What a new cycle of ensembles leads to may serve from before.
            check(
                engine.planner.failure(of: name) != nil || engine.isAlike(name, model),
                "\(name) cannot serve, and nobody is told")
            return
        }
        guard !hasFailedToLoad(name) else { return }
        check(engine.isAlike(name, model), "\(name) could serve as it should, and does not")
        for (version, object) in engine.table[name] ?? [:] {
            for composing in model.composing {
                check(
                    object.composedOf[composing] == engine.objects(composing),
                    "\(name):\(version) was not made anew for \(composing)")
            }
        }
    }

    /// When nothing failed at last.
    mutating func checkEverythingServes() {
        for (name, entry) in disk {
            guard case .model(let model)? = Optional(entry), !model.selected.isEmpty else { continue }
            check(engine.oracle.wanted[name] == model, "the oracle has not seen \(name)")
            if model.composing.isEmpty { check(serves(name), "\(name) does not serve") }
        }
        for name in Self.names where !isUsable(name) {
            check(engine.table[name] == nil, "\(name) serves though it is not there")
        }
    }

    /// An invalid model goes on as it was.
    private func isUsable(_ name: String) -> Bool {
        switch disk[name] {
        case .model?, .invalid?: true
        case .ambiguous?, nil: false
        }
    }

    private func serves(_ name: String) -> Bool {
        engine.oracle.wanted[name].map { engine.isAlike(name, $0) } ?? false
    }

    private func isBuilding(_ name: String) -> Bool { engine.running.contains { $0.name == name } }

    /// Whether the load of what is wanted was tried last, and failed.
    private func hasFailedToLoad(_ name: String) -> Bool {
        guard let build = engine.lastBuild[name], !isBuilding(name) else { return false }
        return !build.succeeded && build.model == engine.oracle.wanted[name]
    }

    private mutating func check(_ holds: Bool, _ fault: @autoclosure () -> String) {
        if !holds { moreFaults.append(fault()) }
    }

    // MARK: Chance

    private mutating func chance(_ count: Int) -> Int { Int.random(in: 0..<max(count, 1), using: &random) }

    private mutating func randomName() -> String { Self.names[chance(Self.names.count)] }

    private mutating func next() -> Int {
        counter += 1
        return counter
    }
}
