public import Logging
public import ModelConfiguration

/// What a backend is told about the model version it is to load.
public struct ModelContext: Sendable {
    public var name: String
    public var version: Int64
    /// Normalised and validated (before auto-complete: only normalised).
    public var configuration: ModelConfig
    /// Absolute path of `<repository>/<model>`.
    public var modelDirectory: String
    /// Absolute path of `<repository>/<model>/<version>`.
    public var versionDirectory: String
    /// `--backend-config` settings for this backend, those for all backends included.
    public var backendSettings: [String: String]
    /// Cores that this model's instances may use together, by the machine's (cgroup) limit.
    public var coreBudget: Int
    public var logger: Logger

    public init(
        name: String, version: Int64, configuration: ModelConfig, modelDirectory: String, versionDirectory: String,
        backendSettings: [String: String] = [:], coreBudget: Int, logger: Logger
    ) {
        self.name = name
        self.version = version
        self.configuration = configuration
        self.modelDirectory = modelDirectory
        self.versionDirectory = versionDirectory
        self.backendSettings = backendSettings
        self.coreBudget = coreBudget
        self.logger = logger
    }
}
