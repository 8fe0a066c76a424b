/// Which versions of a model are served (message `ModelVersionPolicy`).
public enum ModelVersionPolicy: Sendable, Hashable {
    /// The numerically largest ones.
    case latest(count: UInt32)
    case all
    case specific([Int64])
}
