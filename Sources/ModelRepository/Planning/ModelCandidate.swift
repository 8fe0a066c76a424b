public import ModelConfiguration

/// A model as it should be served: its directory and its configuration, taken together at one moment.
public struct ModelCandidate: Sendable, Hashable {
    /// Where the configuration and the files come from.
    public enum Origin: Sendable, Hashable {
        case repository
        /// The configuration was given with the load request; the files are those of the repository.
        case configurationOverride
        /// Configuration and files were given with the load request; `directory` is a private one.
        case fileOverride
    }

    public var directory: ModelDirectory
    /// Normalised, not yet auto-completed.
    public var configuration: ModelConfig
    public var origin: Origin

    public init(directory: ModelDirectory, configuration: ModelConfig, origin: Origin = .repository) {
        self.directory = directory
        self.configuration = configuration
        self.origin = origin
    }

    /// The name with its namespace: what the planner knows the model by.
    public var name: String { directory.qualifiedName }

    /// The versions that the version policy selects out of those that exist, ascending.
    public var selectedVersions: [Int64] {
        (configuration.versionPolicy ?? .latest(count: 1)).selection(from: directory.versions.keys)
    }

    /// Composing model, with its namespace -> the versions that the ensemble's steps ask for (-1: the latest). Empty if not
    /// an ensemble.
    public var composingModels: [String: Set<Int64>] {
        var models: [String: Set<Int64>] = [:]
        for step in configuration.ensemble?.steps ?? [] {
            models[step.qualifiedModelName, default: []].insert(step.modelVersion)
        }
        return models
    }

    /// Whether `found`, freshly read from a repository, is the same model as this one.
    ///
    /// An overriding configuration stays in force as long as the directory is untouched; overriding files do not.
    func isUnmodified(in found: ModelCandidate) -> Bool {
        guard found.origin == .repository else { return false }
        switch origin {
        case .repository: return self == found
        case .configurationOverride:
            return directory.path == found.directory.path && directory.stamps == found.directory.stamps
        case .fileOverride: return false
        }
    }

    /// Whether a version loaded for this candidate can go on serving for `other` without a reload: its files are the same,
    /// and of the configuration at most the instance groups and the version policy differ.
    func canKeep(_ version: Int64, for other: ModelCandidate) -> Bool {
        guard origin != .fileOverride, other.origin != .fileOverride else { return false }
        return configuration.withoutWhatIsUpdatedInPlace == other.configuration.withoutWhatIsUpdatedInPlace
            && directory.hasSameFiles(as: other.directory, forVersion: version)
    }
}

extension ModelConfig {
    fileprivate var withoutWhatIsUpdatedInPlace: ModelConfig {
        var configuration = self
        configuration.instanceGroups = []
        configuration.versionPolicy = nil
        return configuration
    }
}
