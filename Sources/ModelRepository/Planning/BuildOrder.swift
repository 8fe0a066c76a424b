/// Versions of a model to load together: all of them are put in service at once, or none.
public struct BuildOrder: Sendable, Identifiable {
    public var id: UInt64
    public var candidate: ModelCandidate
    /// The versions to load, ascending.
    public var versions: [Int64]
    /// The versions that already serve and stay.
    public var kept: [Int64]
    /// Those of `kept` that take over the candidate's instance groups and version policy while they serve, without being
    /// loaded again: prepared with the build, in force with its activation.
    public var updated: [Int64]

    public var name: String { candidate.name }
}
