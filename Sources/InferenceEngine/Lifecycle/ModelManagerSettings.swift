public import ModelRepository

/// What a `ModelManager` is told at start.
public struct ModelManagerSettings: Sendable {
    /// Paths of the model repositories.
    public var repositories: [String]
    /// Keeps those of `repositories` up to date that mirror object stores; `nil` if none does.
    public var remote: (any RemoteModelRepositories)?
    public var controlMode = ModelControlMode.none
    /// Models to load at start in explicit mode; a single `*` is all of them.
    public var startupModels: [String] = []
    /// The server is ready only if every version that was ever to be loaded is ready or was unloaded.
    public var hasStrictReadiness = true
    /// How many model versions load at once.
    public var loadThreadCount = 4
    /// How many cores loads may use while the server serves: as many versions load at once then, at low priority. `nil` does
    /// not limit them further.
    public var loadCoreBudget: Int?
    /// How many times a failing load is repeated at once.
    public var loadRetryCount = 0
    /// Stem of the configuration files to prefer, `configs/<name>.pbtxt`.
    public var configurationName: String?
    /// Each repository is a namespace: the same model name may be in several.
    public var usesNamespaces = false
    /// How long the files of a model must have been quiet before a poll takes a change.
    public var settleTime = Duration.seconds(1)
    /// How many times one poll waits for files to become quiet before it leaves them to the next one.
    public var settleRounds = 3
    /// How many directories are watched at most, so that changes are found at once; 0 watches none.
    public var watchLimit = 16_384
    /// Has models load at first use within a budget of memory; `nil` loads them as the control mode says.
    public var onDemand: OnDemandSettings?
    public var scanLimits = RepositoryScanner.Limits()
    /// Where files that come with a load request are kept while their model is loaded.
    public var temporaryDirectory = "/tmp"
    public var clock = LifecycleClock.continuous

    public init(repositories: [String]) { self.repositories = repositories }
}
