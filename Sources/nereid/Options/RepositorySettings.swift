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
    var startupModels = StartupModels.all
    /// Whether a model that does not load ends the start.
    var exitOnError = true
    var strictReadiness = true
    var autoCompletesConfigurations = true
    var loadThreadCount = 4
    var loadRetryCount = 0
    /// Stem of the configuration files to prefer: `configs/<name>.pbtxt` of each model.
    var configurationName: String?
}
