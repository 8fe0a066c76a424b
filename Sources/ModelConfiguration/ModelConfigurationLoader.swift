public import InferenceTypes

/// Makes the configuration of a model out of its config.pbtxt, or of the JSON given with a load request, and what is
/// known of its directory. Reads no files itself.
///
/// The result is complete (backend, defaults, instance groups) and has passed `ModelConfig.validateForPolling`. It has
/// still to pass `ModelConfig.validateForLoading`, after the backend has completed it.
public struct ModelConfigurationLoader: Sendable {
    /// The ids of the GPUs that instances may use.
    public var gpus: [Int32]
    /// Whether config.pbtxt may be absent or leave out inputs and outputs, for the backend to complete.
    public var autoCompletes: Bool
    public var limits: ConfigurationLimits

    public init(
        gpus: [Int32] = [], autoCompletes: Bool = true, limits: ConfigurationLimits = ConfigurationLimits()
    ) {
        self.gpus = gpus
        self.autoCompletes = autoCompletes
        self.limits = limits
    }

    /// The configuration of the model in directory `modelName`.
    ///
    /// - Parameters:
    ///   - text: the bytes of the file; `nil` when there is none.
    ///   - path: names the file in messages about the whole of it; errors inside it carry its last component.
    /// - Throws: everything that is wrong with the text, or the first broken rule in Triton's words with the others below.
    public func configuration(
        text: [UInt8]?, path: String, modelName: String, directory: ModelDirectoryListing
    ) throws(ServingError) -> ModelConfig {
        guard let text else {
            guard autoCompletes else {
                throw ServingError(
                    .notFound, "failed to open text file for read \(path): No such file or directory")
            }
            return try completed(ModelConfig(), modelName: modelName, directory: directory)
        }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let parsed: ModelConfig
        do throws(ConfigurationDiagnostics) {
            parsed = try ModelConfig(textFormat: text, file: file, limits: limits)
        } catch {
            throw ServingError(.internal, "failed to read text proto from \(path)\n\(error.rendered)")
        }
        return try completed(parsed, modelName: modelName, directory: directory)
    }

    /// The same for a configuration in JSON that takes the place of the file for one load.
    public func configuration(
        overrideJSON text: String, modelName: String, directory: ModelDirectoryListing
    ) throws(ServingError) -> ModelConfig {
        let parsed: ModelConfig
        do throws(ConfigurationDiagnostics) {
            parsed = try ModelConfig(json: text, limits: limits)
        } catch {
            throw ServingError(.invalidArgument, "Invalid config override: \(error.rendered)")
        }
        return try completed(parsed, modelName: modelName, directory: directory)
    }

    /// Applies the defaults to a configuration that came from elsewhere, and validates it.
    public func completed(
        _ configuration: ModelConfig, modelName: String, directory: ModelDirectoryListing
    ) throws(ServingError) -> ModelConfig {
        var config = configuration
        try config.completeBackend(modelName: modelName, directory: directory)
        config.normalize()
        try config.validateForPolling(modelName: modelName)
        if !autoCompletes { try config.validateTensors() }
        config.normalizeInstanceGroups(gpus: gpus)
        return config
    }

    /// Applies the defaults once more, after the backend has filled in what it found out, and validates for loading.
    public func finished(_ configuration: ModelConfig) throws(ServingError) -> ModelConfig {
        var config = configuration
        config.normalize()
        config.normalizeInstanceGroups(gpus: gpus)
        try config.validateForLoading(gpus: gpus)
        return config
    }
}
