/// The state of one model version, as the repository index shows it.
public struct VersionStatus: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case ready = "READY"
        case unavailable = "UNAVAILABLE"
        case loading = "LOADING"
        case unloading = "UNLOADING"
    }

    public var state: State
    /// Empty when there is nothing to say.
    public var reason: String

    public init(_ state: State, reason: String = "") {
        self.state = state
        self.reason = reason
    }

    public static let unloaded = VersionStatus(.unavailable, reason: "unloaded")
}
