public import InferenceTypes
public import ModelRepository

/// How the loads at start ended.
public struct StartupReport: Sendable {
    public struct Row: Sendable, Hashable {
        public var model: String
        /// `nil` when the model failed as a whole.
        public var version: Int64?
        public var state: VersionStatus.State
        /// Why it is not ready; empty otherwise.
        public var reason: String
        /// How long the load took, failed or not; `nil` if nothing was loaded.
        public var loadTime: Duration?
    }

    /// By name and version.
    public var rows: [Row]
    /// A model repository that could not be read; then nothing was loaded.
    public var repositoryError: ServingError?
    public var duration: Duration

    public var hasFailures: Bool { repositoryError != nil || rows.contains { $0.state != .ready } }
}
