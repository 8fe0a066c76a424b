public import InferenceTypes
public import ModelConfiguration
public import ModelRepository

/// Turns what lies in a model directory into a model configuration. Called on a thread that may block.
public protocol ModelConfigurationReading: Sendable {
    /// The normalised configuration of a directory: its configuration file, or what its files tell without one.
    ///
    /// - Throws: an error that says where and what is wrong.
    func configuration(of directory: ModelDirectory) throws(ServingError) -> ModelConfig

    /// The normalised configuration from JSON text that a load request brought.
    func configuration(of directory: ModelDirectory, overriddenBy json: String) throws(ServingError) -> ModelConfig

    /// Checks an ensemble against its composing models, all of which are loaded, and adds what follows from them.
    ///
    /// - Parameter composingModels: name -> configuration as it is served.
    func validatedEnsemble(
        _ configuration: ModelConfig, composingModels: [String: ModelConfig]
    ) throws(ServingError) -> ModelConfig
}
