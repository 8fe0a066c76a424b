public import InferenceTypes
public import ModelConfiguration
public import ModelRepository

/// Reads model configurations by Triton's rules: config.pbtxt with its defaults, or what the files of a model tell.
public struct RepositoryConfigurationReader: ModelConfigurationReading {
    private let loader: ModelConfigurationLoader

    public init(_ loader: ModelConfigurationLoader) { self.loader = loader }

    public func configuration(of directory: ModelDirectory) throws(ServingError) -> ModelConfig {
        try loader.configuration(
            text: directory.configurationText, path: directory.configurationPath ?? directory.path + "/config.pbtxt",
            modelName: directory.name, directory: directory.listing)
    }

    public func configuration(
        of directory: ModelDirectory, overriddenBy json: String
    ) throws(ServingError) -> ModelConfig {
        try loader.configuration(overrideJSON: json, modelName: directory.name, directory: directory.listing)
    }

    public func validatedEnsemble(
        _ configuration: ModelConfig, composingModels: [String: ModelConfig]
    ) throws(ServingError) -> ModelConfig {
        try EnsembleValidator(ensemble: configuration, models: composingModels).validated()
    }
}
