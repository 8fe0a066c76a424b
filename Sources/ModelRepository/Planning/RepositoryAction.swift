public import InferenceTypes

/// What the planner wants done. To be done in order, before the next event is given to the planner.
public enum RepositoryAction: Sendable {
    /// Load these versions and prepare those that are updated in place, on another thread, and report with
    /// `buildFinished`.
    case build(BuildOrder)
    /// Put what was built in service, updates in place included, and take `released` out of it, at one moment.
    case activate(build: UInt64, model: String, released: [ServedVersion])
    /// Drop what was built.
    case discard(build: UInt64)
    /// Take these out of service; report each with `released` once nobody uses it any more.
    case release(model: String, versions: [ServedVersion])
    /// Everything that an operation led to is done.
    case complete(OperationID, Result<Void, ServingError>)
    /// A model failed for a new reason.
    case report(model: String, ModelLoadFailure)
}

/// One loaded object: a version, and the build that it came from.
public struct ServedVersion: Sendable, Hashable {
    public var version: Int64
    public var build: UInt64

    public init(version: Int64, build: UInt64) {
        self.version = version
        self.build = build
    }
}

/// Names an operation given to the planner.
public struct OperationID: Sendable, Hashable {
    let number: UInt64
}
