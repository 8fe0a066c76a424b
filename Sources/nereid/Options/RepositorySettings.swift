import InferenceEngine

/// Which models are loaded, and when.
struct RepositorySettings: Equatable, Sendable {
    enum ControlMode: String, CaseIterable, Sendable {
        case none, poll, explicit
    }

    enum StartupModels: Equatable, Sendable {
        /// All models of the repositories.
        case all
        case named([String])
    }

    /// In the order given, without repetitions.
    var paths: [String] = []
    var controlMode = ControlMode.none
    /// Zero never polls.
    var pollInterval = Duration.seconds(15)
    /// How long files must have been quiet before a change is taken.
    var settleTime = Duration.seconds(1)
    /// Directories that are watched for changes.
    var watchLimit = 16_384
    var startupModels = StartupModels.all
    /// Whether a model that does not load ends the start.
    var exitOnError = true
    var strictReadiness = true
    var autoCompletesConfigurations = true
    var loadThreadCount = 4
    /// Cores that loads may use while the server serves; 0 is half of the machine's.
    var loadCoreBudget = 0
    var loadRetryCount = 0
    /// Whether each repository is a namespace.
    var usesNamespaces = false
    /// Stem of the configuration files to prefer: `configs/<name>.pbtxt` of each model.
    var configurationName: String?
    /// Whether models load at first use.
    var loadsOnDemand = false
    var onDemand = OnDemandSettings(memoryBudget: .max)
}
