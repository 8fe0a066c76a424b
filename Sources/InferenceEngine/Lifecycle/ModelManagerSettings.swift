public import ModelRepository

/// What a `ModelManager` is told at start.
public struct ModelManagerSettings: Sendable {
    /// Paths of the model repositories.
    public var repositories: [String]
    public var controlMode = ModelControlMode.none
    /// Models to load at start in explicit mode; a single `*` is all of them.
    public var startupModels: [String] = []
    /// The server is ready only if every version that was ever to be loaded is ready or was unloaded.
    public var hasStrictReadiness = true
    /// How many model versions load at once.
    public var loadThreadCount = 4
    /// How many times a failing load is repeated at once.
    public var loadRetryCount = 0
    /// Stem of the configuration files to prefer, `configs/<name>.pbtxt`.
    public var configurationName: String?
    /// How long the files of a model must have been quiet before a poll takes a change.
    public var settleTime = Duration.seconds(1)
    /// How many times one poll waits for files to become quiet before it leaves them to the next one.
    public var settleRounds = 3
    public var scanLimits = RepositoryScanner.Limits()
    /// Where files that come with a load request are kept while their model is loaded.
    public var temporaryDirectory = "/tmp"
    public var clock = LifecycleClock.continuous

    public init(repositories: [String]) { self.repositories = repositories }
}
