/// Versions of a model to load together: all of them are put in service at once, or none.
public struct BuildOrder: Sendable, Identifiable {
    public var id: UInt64
    public var candidate: ModelCandidate
    /// The versions to load, ascending.
    public var versions: [Int64]
    /// The versions that already serve and stay.
    public var kept: [Int64]

    public var name: String { candidate.name }
}
