import InferenceTypes
import ModelConfiguration
import ModelRepository

/// Drives a planner as the engine does: keeps what was built, puts it in service, and finishes builds when told.
struct PlannerDriver {
    var planner = RepositoryPlanner()
    var disk: [String: ModelObservation] = [:]
    /// Builds that were ordered and have not ended.
    private(set) var running: [BuildOrder] = []
    /// model -> version -> the object in service.
    private(set) var table: [String: [Int64: ServedVersion]] = [:]
    private(set) var completed: [OperationID: Result<Void, ServingError>] = [:]
    private(set) var log: [String] = []
    /// model -> the versions that were put in service together.
    private(set) var complete: [String: Set<Int64>] = [:]
    private var built: [UInt64: BuildOrder] = [:]
    private var clock: Int64 = 1

    // MARK: Disk

    mutating func put(
        _ name: String, versions: [Int64] = [1], policy: ModelVersionPolicy? = nil, composing: [String] = [],
        requiring version: Int64 = -1, changing changed: [Int64]? = nil, backend: String = "identity",
        instances: Int32 = 1
    ) {
        clock += 1
        var children = previousChildren(name)
        children["config.pbtxt"] = clock
        for child in children.keys where Int64(child).map({ !versions.contains($0) }) ?? false { children[child] = nil }
        for number in changed ?? versions { children["\(number)"] = clock }
        for number in versions where children["\(number)"] == nil { children["\(number)"] = clock }
        var configuration = ModelConfig()
        configuration.name = name
        configuration.backend = composing.isEmpty ? backend : ""
        configuration.versionPolicy = policy
        if composing.isEmpty {
            var group = ModelInstanceGroup()
            group.count = instances
            configuration.instanceGroups = [group]
        }
        if !composing.isEmpty {
            var ensemble = ModelEnsembling()
            for model in composing {
                var step = ModelEnsembling.Step()
                step.modelName = model
                step.modelVersion = version
                ensemble.steps.append(step)
            }
            configuration.scheduling = .ensemble(ensemble)
        }
        let directory = ModelDirectory(
            name: name, path: "/models/\(name)",
            versions: Dictionary(uniqueKeysWithValues: versions.map { ($0, "/models/\(name)/\($0)") }),
            configurationPath: "/models/\(name)/config.pbtxt",
            stamps: ModelStamps(directory: clock, children: children))
        disk[name] = .valid(ModelCandidate(directory: directory, configuration: configuration))
    }

    private func previousChildren(_ name: String) -> [String: Int64] {
        if case .valid(let candidate)? = disk[name] { return candidate.directory.stamps.children }
        return [:]
    }

    // MARK: Events

    mutating func start(_ names: [String]? = nil) -> OperationID {
        let id = planner.newOperation()
        perform(planner.loadInitially(names, observed: disk, operation: id))
        return id
    }

    mutating func poll(
        admitted: Set<String>? = nil, unquiet: Set<String> = [], retryFailed: Bool = true
    ) -> OperationID {
        let id = planner.newOperation()
        perform(
            planner.poll(disk, admitted: admitted, unquiet: unquiet, retryFailed: retryFailed, operation: id))
        return id
    }

    mutating func load(_ name: String, observed: [String: ModelObservation]? = nil) -> OperationID {
        let id = planner.newOperation()
        perform(planner.load(name, observed: observed ?? disk, operation: id))
        return id
    }

    mutating func unload(_ name: String, dependents: Bool = false) -> OperationID {
        let id = planner.newOperation()
        perform(planner.unload(name, unloadDependents: dependents, operation: id))
        return id
    }

    /// Ends the running build of a model.
    mutating func finish(_ name: String, failing error: ServingError? = nil) {
        guard let index = running.firstIndex(where: { $0.name == name }) else {
            log.append("nothing to finish for \(name)")
            return
        }
        finish(at: index, failing: error)
    }

    mutating func finish(at index: Int, failing error: ServingError? = nil) {
        let order = running.remove(at: index)
        if let error {
            let errors = Dictionary(uniqueKeysWithValues: (order.versions + order.updated).map { ($0, error) })
            perform(planner.buildFinished(order.id, .failure(.versions(errors))))
        } else {
            built[order.id] = order
            perform(planner.buildFinished(order.id, .success(())))
        }
    }

    mutating func finishAll() {
        while !running.isEmpty { finish(at: 0) }
    }

    // MARK: Actions

    private mutating func perform(_ actions: [RepositoryAction]) {
        for action in actions {
            switch action {
            case .build(let order):
                running.append(order)
                log.append(
                    "build \(order.name) \(order.versions)"
                        + (order.updated.isEmpty ? "" : " updating \(order.updated)"))
            case .activate(let build, let model, let released):
                for served in released { remove(model, served) }
                if let order = built.removeValue(forKey: build) {
                    for version in order.versions {
                        table[model, default: [:]][version] = ServedVersion(version: version, build: build)
                    }
                    complete[model] = Set(order.versions).union(order.kept)
                } else {
                    complete[model]?.subtract(released.map(\.version))
                }
                log.append("activate \(model)")
            case .discard(let build):
                built[build] = nil
                log.append("discard")
            case .release(let model, let versions):
                for served in versions {
                    remove(model, served)
                    planner.released(model, served)
                }
                complete[model] = nil
                log.append("release \(model) \(versions.map(\.version))")
            case .complete(let id, let result):
                precondition(completed[id] == nil, "an operation was completed twice")
                completed[id] = result
            case .report(let model, let failure): log.append("report \(model): \(failure.message)")
            }
        }
    }

    private mutating func remove(_ model: String, _ served: ServedVersion) {
        precondition(table[model]?[served.version] == served, "released an object that does not serve")
        table[model]?[served.version] = nil
        if table[model]?.isEmpty == true { table[model] = nil }
    }

    // MARK: Looking

    mutating func takeLog() -> [String] {
        defer { log = [] }
        return log
    }

    func versions(_ name: String) -> [Int64] { (table[name] ?? [:]).keys.sorted() }

    func error(_ id: OperationID) -> String? {
        if case .failure(let error)? = completed[id] { return error.message }
        return nil
    }

    func succeeded(_ id: OperationID) -> Bool {
        if case .success? = completed[id] { return true }
        return false
    }
}
