public import ModelRepository

/// One line of the repository index. A model that was never loaded has only a name.
public struct RepositoryIndexEntry: Sendable, Hashable {
    public var name: String
    public var version: Int64?
    public var state: VersionStatus.State?
    public var reason: String

    public init(name: String, version: Int64? = nil, state: VersionStatus.State? = nil, reason: String = "") {
        self.name = name
        self.version = version
        self.state = state
        self.reason = reason
    }
}
