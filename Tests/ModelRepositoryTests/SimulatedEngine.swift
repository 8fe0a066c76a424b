import InferenceTypes
import ModelRepository

/// Does what a planner says as the engine does, and notes whatever must never happen.
struct SimulatedEngine {
    /// One loaded version.
    struct Object: Equatable {
        var served: ServedVersion
        /// What it was loaded from.
        var origin: SimulatedModel
        /// What an update in place may have changed.
        var instances: Int32
        /// What it found of the models that it is composed of.
        var composedOf: [String: [ServedVersion]] = [:]
    }

    var planner = RepositoryPlanner()
    var oracle = PlannerOracle()
    private(set) var faults: [String] = []
    /// Builds that were ordered and have not ended.
    private(set) var running: [BuildOrder] = []
    /// model -> version -> what serves.
    private(set) var table: [String: [Int64: Object]] = [:]
    /// What the versions in service were put there for.
    private(set) var inForce: [String: SimulatedModel] = [:]
    /// How the last build of a model ended that was not overtaken.
    private(set) var lastBuild: [String: (model: SimulatedModel, succeeded: Bool)] = [:]
    private(set) var answered: [OperationID: Result<Void, ServingError>] = [:]
    private(set) var asked: [OperationID: String] = [:]
    /// Out of service, and perhaps still used by requests.
    private var leaving: [(model: String, served: ServedVersion)] = []
    /// Builds that ended well, and what was found when they began.
    private var finished: [UInt64: BuildOrder] = [:]
    private var surroundings: [UInt64: [String: [ServedVersion]]] = [:]

    func serving(_ name: String) -> Set<Int64> { Set((table[name] ?? [:]).keys) }

    mutating func check(_ holds: Bool, _ fault: @autoclosure () -> String) {
        if !holds { faults.append(fault()) }
    }

    // MARK: Events

    mutating func ask(_ name: String, _ event: (inout RepositoryPlanner, OperationID) -> [RepositoryAction]) {
        let id = planner.newOperation()
        asked[id] = name
        perform(event(&planner, id))
    }

    /// Ends a build.
    mutating func finish(_ index: Int, failing error: ServingError?) {
        let order = running.remove(at: index)
        let before = table
        let isCurrent = oracle.wanted[order.name] == SimulatedModel(order.candidate)
        if let error {
            let errors = (order.versions + order.updated).map { ($0, error) }
            perform(planner.buildFinished(order.id, .failure(.versions(Dictionary(uniqueKeysWithValues: errors)))))
            check(table[order.name] == before[order.name], "a failed load of \(order.name) changed what serves")
        } else {
            finished[order.id] = order
            perform(planner.buildFinished(order.id, .success(())))
            check(finished[order.id] == nil, "nobody said what becomes of a build of \(order.name)")
        }
        if isCurrent { lastBuild[order.name] = (SimulatedModel(order.candidate), error == nil) }
    }

    /// The last request that used an object has been answered.
    mutating func free(_ index: Int) {
        let gone = leaving.remove(at: index)
        planner.released(gone.model, gone.served)
    }

    var leavingCount: Int { leaving.count }

    // MARK: Actions

    private mutating func perform(_ actions: [RepositoryAction]) {
        for action in actions {
            switch action {
            case .build(let order): begin(order)
            case .activate(let build, let model, let released): activate(build, model, released)
            case .discard(let build):
                check(!running.contains { $0.id == build }, "a build was dropped that has not ended")
                finished[build] = nil
            case .release(let model, let versions): remove(versions, model)
            case .complete(let id, let result): complete(id, result)
            case .report: break
            }
        }
    }

    private mutating func begin(_ order: BuildOrder) {
        let (name, model) = (order.name, SimulatedModel(order.candidate))
        check(!running.contains { $0.name == name }, "two builds of \(name) at once")
        let wanted = oracle.wanted[name]
        check(model == wanted, "\(name) is built from \(model) instead of \(String(describing: wanted))")
        check(Set(order.versions + order.kept) == model.selected, "\(name): not the versions of the policy")
        check(Set(order.versions).isDisjoint(with: order.kept), "\(name): a version is kept and loaded")
        for version in order.kept {
            let object = table[name]?[version]
            check(object?.origin.isAlike(model, version) == true, "\(name):\(version) is kept and has changed")
            let mustUpdate = object?.instances != model.instances || inForce[name]?.policy != model.policy
            check(order.updated.contains(version) == mustUpdate, "\(name):\(version) is not updated as it must be")
        }
        for version in order.versions where model.composing.isEmpty {
            let isThere = table[name]?[version]?.origin.isAlike(model, version) == true
            check(!isThere, "\(name):\(version) is loaded again without need")
        }
        var found: [String: [ServedVersion]] = [:]
        for composing in model.composing { found[composing] = objects(composing) }
        check(!model.lacks(serving), "\(name) is built without what it is made of")
        surroundings[order.id] = found
        running.append(order)
    }

    func objects(_ name: String) -> [ServedVersion] {
        (table[name] ?? [:]).values.map(\.served).sorted { $0.version < $1.version }
    }

    private mutating func activate(_ build: UInt64, _ name: String, _ released: [ServedVersion]) {
        check(!running.contains { $0.id == build }, "\(name) is put in service before it is loaded")
        remove(released, name)
        guard let wanted = oracle.wanted[name] else {
            faults.append("\(name) is put in service though it should be gone")
            return
        }
        if let order = finished.removeValue(forKey: build) {
            let model = SimulatedModel(order.candidate)
            check(model == wanted, "\(name): something overtaken is put in service")
            for version in order.versions {
                table[name, default: [:]][version] = Object(
                    served: ServedVersion(version: version, build: build), origin: model, instances: model.instances,
                    composedOf: surroundings[build] ?? [:])
            }
            for version in order.updated { table[name]?[version]?.instances = model.instances }
        }
        inForce[name] = wanted
    }

    private mutating func remove(_ versions: [ServedVersion], _ name: String) {
        for served in versions {
            check(table[name]?[served.version]?.served == served, "\(name):\(served.version) left, and did not serve")
            table[name]?[served.version] = nil
            leaving.append((name, served))
        }
        if table[name]?.isEmpty == true {
            table[name] = nil
            inForce[name] = nil
        }
    }

    private mutating func complete(_ id: OperationID, _ result: Result<Void, ServingError>) {
        check(asked[id] != nil, "an operation ended that nobody asked for")
        check(answered[id] == nil, "an operation was answered twice")
        answered[id] = result
        // A load that went well means that the model serves as it was wanted.
        guard case .success = result, let name = asked[id], !name.isEmpty, let wanted = oracle.wanted[name] else {
            return
        }
        check(inForce[name] == wanted || isAlike(name, wanted), "a load of \(name) succeeded and it does not serve")
    }

    /// Whether the versions in service are those of the model, with its contents and settings.
    func isAlike(_ name: String, _ model: SimulatedModel) -> Bool {
        serving(name) == model.selected
            && (table[name] ?? [:]).allSatisfy { version, object in
                object.origin.isAlike(model, version) && object.instances == model.instances
            }
    }
}
