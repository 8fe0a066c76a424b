public import InferenceTypes
public import ModelConfiguration

extension ModelConfig {
    /// A configuration as the loader hands it on: named, with one CPU instance group.
    public static func forTesting(
        _ name: String, backend: String = "fake", maxBatchSize: Int32 = 0,
        inputs: [(String, DataType, Shape)], outputs: [(String, DataType, Shape)], instances: Int32 = 1,
        parameters: [String: String] = [:]
    ) -> ModelConfig {
        var configuration = ModelConfig()
        configuration.name = name
        configuration.backend = backend
        configuration.maxBatchSize = maxBatchSize
        configuration.inputs = inputs.map { ModelInput.forTesting($0, $1, $2) }
        configuration.outputs = outputs.map { ModelOutput.forTesting($0, $1, $2) }
        configuration.versionPolicy = .latest(count: 1)
        configuration.parameters = parameters
        var group = ModelInstanceGroup()
        group.name = "\(name)_0"
        group.kind = .cpu
        group.count = instances
        configuration.instanceGroups = [group]
        return configuration
    }

    /// An ensemble's configuration: steps as model, input map, output map.
    public static func ensembleForTesting(
        _ name: String, maxBatchSize: Int32 = 0, inputs: [(String, DataType, Shape)],
        outputs: [(String, DataType, Shape)], steps: [(String, [String: String], [String: String])]
    ) -> ModelConfig {
        var configuration = forTesting(name, backend: "", maxBatchSize: maxBatchSize, inputs: inputs, outputs: outputs)
        configuration.platform = "ensemble"
        configuration.instanceGroups = []
        var ensemble = ModelEnsembling()
        ensemble.steps = steps.map { model, inputMap, outputMap in
            var step = ModelEnsembling.Step()
            step.modelName = model
            step.modelVersion = -1
            step.inputMap = inputMap
            step.outputMap = outputMap
            return step
        }
        configuration.scheduling = .ensemble(ensemble)
        return configuration
    }
}

extension ModelInput {
    public static func forTesting(_ name: String, _ type: DataType, _ dims: Shape) -> ModelInput {
        var input = ModelInput()
        input.name = name
        input.dataType = type
        input.dims = dims
        return input
    }
}

extension ModelOutput {
    public static func forTesting(_ name: String, _ type: DataType, _ dims: Shape) -> ModelOutput {
        var output = ModelOutput()
        output.name = name
        output.dataType = type
        output.dims = dims
        return output
    }
}
