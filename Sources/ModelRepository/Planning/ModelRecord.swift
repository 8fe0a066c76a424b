import InferenceTypes

/// What the planner knows of one model.
struct ModelRecord: Sendable {
    struct Serving: Sendable {
        var build: UInt64
        var candidate: ModelCandidate
    }

    struct Building: Sendable {
        var order: BuildOrder
        var intent: UInt64
        var generation: UInt64
        /// The value of `wasLoaded` before.
        var wasLoaded: Bool
    }

    /// What should serve; `nil` once the model was unloaded.
    var target: ModelCandidate?
    /// Loaded by name rather than pulled in by an ensemble.
    var isExplicit = false
    /// Counts what was asked for: loads of something new, and unloads.
    var intent: UInt64 = 0
    /// Counts every cause to look at the model again: intents, retries, changes of composing models.
    var generation: UInt64 = 0
    /// The generation that the state below is the outcome of.
    var settledGeneration: UInt64 = 0
    /// A composing model changed: nothing that serves may be kept.
    var mustRebuild = false
    var building: Building?
    var serving: [Int64: Serving] = [:]
    var statuses: [Int64: VersionStatus] = [:]
    /// Released objects that requests may still use: version -> build.
    var draining: [Int64: UInt64] = [:]
    /// Why the settled generation failed.
    var failure: ModelLoadFailure?
    /// A load was begun at least once, so that clients hear "no available versions" rather than "not found".
    var wasLoaded = false

    /// What the versions in service were loaded for; all of them for the same.
    var servingCandidate: ModelCandidate? { serving.values.first?.candidate }

    var isSettled: Bool { building == nil && generation == settledGeneration }

    /// The statuses of versions that only now begin to load turn to LOADING; versions in service stay READY.
    mutating func begin(_ order: BuildOrder) {
        building = Building(order: order, intent: intent, generation: generation, wasLoaded: wasLoaded)
        wasLoaded = true
        for version in order.versions where serving[version] == nil {
            statuses[version] = VersionStatus(.loading)
            draining[version] = nil
        }
    }

    /// Everything leaves service.
    mutating func release() -> [ServedVersion] {
        let released = serving.map { ServedVersion(version: $0.key, build: $0.value.build) }
            .sorted { $0.version < $1.version }
        serving = [:]
        markReleased(released)
        for (version, status) in statuses where status.state == .loading { statuses[version] = .unloaded }
        return released
    }

    /// The build is complete: it serves together with what was kept, and the rest leaves.
    mutating func activate(_ order: BuildOrder) -> [ServedVersion] {
        let stays = Set(order.versions).union(order.kept)
        var released: [ServedVersion] = []
        for (version, old) in serving where !order.kept.contains(version) {
            released.append(ServedVersion(version: version, build: old.build))
            serving[version] = nil
        }
        markReleased(released.filter { !stays.contains($0.version) })
        for version in order.versions { serving[version] = Serving(build: order.id, candidate: order.candidate) }
        for version in order.kept { serving[version]?.candidate = order.candidate }
        for version in stays {
            statuses[version] = VersionStatus(.ready)
            draining[version] = nil
        }
        // A version that once failed and is no longer selected has no state of its own.
        for (version, status) in statuses where !stays.contains(version) {
            if status.state == .loading || (status.state == .unavailable && status != .unloaded) {
                statuses[version] = nil
            }
        }
        return released.sorted { $0.version < $1.version }
    }

    /// The build failed: what served before goes on.
    mutating func fail(_ build: Building, _ failure: ModelLoadFailure) {
        let order = build.order
        let errors: [Int64: ServingError]
        switch failure {
        case .versions(let versions): errors = versions
        case .model:
            // No version was tried, so clients go on to hear what they heard before.
            errors = [:]
            wasLoaded = build.wasLoaded
        }
        for version in order.versions where serving[version] == nil {
            if let error = errors[version] {
                statuses[version] = VersionStatus(.unavailable, reason: error.labelledMessage)
            } else if errors.isEmpty {
                statuses[version] = nil
            } else {
                statuses[version] = VersionStatus(
                    .unavailable, reason: "not loaded because another version of the model failed to load")
            }
        }
    }

    private mutating func markReleased(_ released: [ServedVersion]) {
        for served in released {
            statuses[served.version] = VersionStatus(.unloading)
            draining[served.version] = served.build
        }
    }
}
