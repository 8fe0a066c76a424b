/// Who decides which models are loaded.
public enum ModelControlMode: String, Sendable, CaseIterable {
    /// All models at start, and no change afterwards.
    case none
    /// All models, following changes of the repositories.
    case poll
    /// Clients, by load and unload requests.
    case explicit
}
