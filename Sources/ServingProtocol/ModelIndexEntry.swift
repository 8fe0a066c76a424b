/// One line of the repository index. A model that was never loaded has only a name.
public struct ModelIndexEntry: Sendable, Hashable {
    public enum State: String, Sendable {
        case unknown = "UNKNOWN"
        case ready = "READY"
        case unavailable = "UNAVAILABLE"
        case loading = "LOADING"
        case unloading = "UNLOADING"
    }

    public var name: String
    public var version: Int64?
    public var state: State?
    public var reason: String

    public init(name: String, version: Int64? = nil, state: State? = nil, reason: String = "") {
        self.name = name
        self.version = version
        self.state = state
        self.reason = reason
    }
}
