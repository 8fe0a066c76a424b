import InferenceTypes
import ModelConfiguration

/// Decides which model versions are loaded, put in service and taken out of it.
///
/// A value without clock, lock or I/O. It is given events (what the repositories hold, what an operator asks for, how a
/// load ended) and answers with actions; it keeps, for every model, what should serve and what does. Whatever the order
/// of events, it ends with the two being equal, or with a failure recorded.
///
/// Rules:
/// - All selected versions of a model are one transaction; a failed one leaves in service what was there.
/// - An ensemble waits for its composing models, is rebuilt when one of them changes, leaves service when one leaves,
///   and comes back when it comes back.
/// - A load that an unload or a changed load overtakes is dropped when it ends, and fails for whoever waits for it.
/// - A version whose files and configuration are the same but for instance groups and version policy is not loaded again:
///   it is updated in place, as a part of the same transaction.
public struct RepositoryPlanner: Sendable {
    var records: [String: ModelRecord] = [:]
    var operations: [OperationID: Operation] = [:]
    /// Why a name could not be used when it was last looked at.
    var problems: [String: String] = [:]
    private var lastOperation: UInt64 = 0
    private var lastBuild: UInt64 = 0

    public init() {}

    /// Whether nothing is left to do: no build runs and none is due.
    public var isQuiescent: Bool { operations.isEmpty && records.values.allSatisfy(\.isSettled) }

    /// States of the versions of every model that was ever loaded or tried.
    public var versionStatuses: [String: [Int64: VersionStatus]] {
        records.filter { $0.value.wasLoaded }.mapValues(\.statuses)
    }

    /// Why the last load of a model failed; `nil` if it did not.
    public func failure(of name: String) -> ModelLoadFailure? { records[name]?.failure }

    /// Why the last load of each model failed; without those whose last load did not.
    public var failures: [String: ModelLoadFailure] { records.compactMapValues(\.failure) }

    /// Models that should serve now.
    public var targets: [String: ModelCandidate] { records.compactMapValues(\.target) }

    /// Model name -> what the models of this name that should serve are known by: several where there are namespaces.
    public var wantedNames: [String: [String]] {
        var names: [String: [String]] = [:]
        for (name, record) in records.sorted(by: { $0.key < $1.key }) {
            if let target = record.target { names[target.directory.name, default: []].append(name) }
        }
        return names
    }

    /// What serves now: model -> version -> build.
    public var servedVersions: [String: [Int64: UInt64]] {
        records.mapValues { $0.serving.mapValues(\.build) }.filter { !$0.value.isEmpty }
    }

    public mutating func newOperation() -> OperationID {
        lastOperation += 1
        return OperationID(number: lastOperation)
    }

    // MARK: Events

    /// Start-up: loads `names`, and what their ensembles need; `nil` loads everything observed.
    public mutating func loadInitially(
        _ names: [String]?, observed: [String: ModelObservation], operation: OperationID
    ) -> [RepositoryAction] {
        var tracked: Set<String> = []
        for name in names ?? observed.keys.sorted() {
            tracked.formUnion(want(name, observed: observed))
        }
        track(operation, answering: [], tracked)
        return reconcile()
    }

    /// A poll tick: what the repositories hold now, complete. Only the `admitted` names may change; `nil` is all.
    ///
    /// New and modified models load, vanished and ambiguous ones unload, and with `retryFailed` what failed is tried
    /// again, except for models whose files are `unquiet`. A model whose configuration has become invalid goes on as it
    /// was.
    public mutating func poll(
        _ observed: [String: ModelObservation], admitted: Set<String>? = nil, unquiet: Set<String> = [],
        retryFailed: Bool = true, operation: OperationID
    ) -> [RepositoryAction] {
        var tracked: Set<String> = []
        let names = Set(observed.keys).union(records.keys).filter { admitted?.contains($0) ?? true }
        let changeable = observed.filter { names.contains($0.key) }
        for name in names.sorted() {
            switch changeable[name] {
            case .valid?: tracked.formUnion(want(name, observed: changeable, retryFailed: retryFailed))
            case nil, .ambiguous?: tracked.formUnion(stopWanting(name))
            case .invalid?: break
            }
        }
        for (name, record) in records
        where retryFailed && record.failure != nil && record.isSettled && !unquiet.contains(name) {
            records[name]?.generation += 1
            tracked.insert(name)
        }
        track(operation, answering: [], tracked)
        return reconcile()
    }

    /// An explicit load. `observed` holds the model, and for an ensemble its composing models, recursively.
    ///
    /// Loading what serves already and was not modified does nothing.
    ///
    /// - Parameter qualifiedNames: what the models of the name are known by; several where there are namespaces, and then
    ///   all of them are loaded.
    public mutating func load(
        _ name: String, as qualifiedNames: [String]? = nil, observed: [String: ModelObservation],
        operation: OperationID
    ) -> [RepositoryAction] {
        let names = qualifiedNames ?? [name]
        let usable = names.filter { if case .valid? = observed[$0] { true } else { false } }
        var tracked: Set<String> = []
        for name in usable { tracked.formUnion(want(name, observed: observed)) }
        let faulty = names.first { !usable.contains($0) }
        track(
            operation, answering: usable, tracked, refusal: faulty.map { Self.pollFailure(name, observed[$0]) })
        return reconcile()
    }

    /// An explicit unload, of the model of that name in every namespace. Ensembles that use the model leave service with it;
    /// composing models stay, unless `unloadDependents` is set and nobody else asked for them. Done as soon as it has begun.
    public mutating func unload(
        _ name: String, unloadDependents: Bool, operation: OperationID
    ) -> [RepositoryAction] {
        var queue = wantedNames[name] ?? []
        while let next = queue.popLast() {
            let composing = records[next]?.target?.composingModels.keys.sorted() ?? []
            _ = stopWanting(next)
            guard unloadDependents else { continue }
            queue += composing.filter { records[$0]?.isExplicit == false && wantedEnsembles(using: $0).isEmpty }
        }
        return reconcile() + [.complete(operation, .success(()))]
    }

    /// Takes every model out of service, for good.
    public mutating func unloadAll(operation: OperationID) -> [RepositoryAction] {
        var tracked: Set<String> = []
        for name in records.keys { tracked.formUnion(stopWanting(name)) }
        track(operation, answering: [], tracked)
        return reconcile()
    }

    /// A build that was ordered has ended.
    public mutating func buildFinished(_ build: UInt64, _ result: Result<Void, ModelLoadFailure>) -> [RepositoryAction]
    {
        guard let name = records.first(where: { $0.value.building?.order.id == build })?.key,
            var record = records[name], let building = record.building
        else { return [.discard(build: build)] }
        record.building = nil
        var actions: [RepositoryAction] = []
        if record.intent != building.intent || record.generation != building.generation {
            // Overtaken: what was built is not what is wanted now.
            actions.append(.discard(build: build))
            if record.target == nil { actions += Self.releaseActions(name, &record) }
            for version in building.order.versions where record.statuses[version]?.state == .loading {
                record.statuses[version] = nil
            }
            records[name] = record
            return actions + reconcile()
        }
        record.settledGeneration = building.generation
        switch result {
        case .success:
            let released = record.activate(building.order)
            record.failure = nil
            record.mustRebuild = false
            records[name] = record
            actions.append(.activate(build: build, model: name, released: released))
            // An update in place leaves what ensembles use as it was.
            if !(building.order.versions.isEmpty && released.isEmpty) { composingModelChanged(name) }
        case .failure(let failure):
            record.fail(building, failure)
            records[name] = record
            actions.append(.discard(build: build))
            actions += recordFailure(failure, of: name)
        }
        return actions + reconcile()
    }

    /// Nobody uses an object any more that had left service.
    public mutating func released(_ name: String, _ served: ServedVersion) {
        guard records[name]?.draining[served.version] == served.build else { return }
        records[name]?.draining[served.version] = nil
        if records[name]?.statuses[served.version]?.state == .unloading {
            records[name]?.statuses[served.version] = .unloaded
        }
    }

    // MARK: Parts of events

    mutating func newBuild() -> UInt64 {
        lastBuild += 1
        return lastBuild
    }

    /// Makes an observed model, and what it is composed of, wanted. Returns the names whose outcome matters to it.
    private mutating func want(
        _ name: String, observed: [String: ModelObservation], retryFailed: Bool = true
    ) -> Set<String> {
        var seen: Set<String> = []
        var queue = [name]
        while let next = queue.popLast() {
            guard seen.insert(next).inserted else { continue }
            problems[next] = observed[next]?.error?.message
            guard case .valid(let candidate)? = observed[next] else { continue }
            var record = records[next] ?? ModelRecord()
            if let target = record.target, target.isUnmodified(in: candidate) {
                if retryFailed && record.isSettled && record.failure != nil { record.generation += 1 }
            } else {
                record.target = candidate
                record.intent += 1
                record.generation += 1
            }
            if next == name { record.isExplicit = true }
            records[next] = record
            queue += (record.target ?? candidate).composingModels.keys.sorted()
        }
        return seen.filter { records[$0] != nil }
    }

    private mutating func stopWanting(_ name: String) -> Set<String> {
        guard var record = records[name], record.target != nil else { return [] }
        record.target = nil
        record.isExplicit = false
        record.intent += 1
        record.generation += 1
        records[name] = record
        return [name]
    }

    /// Why a model that was asked for is not there.
    public static let noDirectory = "no model repository has a directory of this name"

    private static func pollFailure(_ name: String, _ observation: ModelObservation?) -> ServingError {
        let cause = observation?.error?.message ?? noDirectory
        return ServingError(.internal, "failed to load '\(name)', failed to poll from model repository: \(cause)")
    }
}
