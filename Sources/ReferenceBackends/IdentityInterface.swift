import InferenceTypes
import ModelConfiguration

/// What an identity model's configuration must look like: each output has an input of the same index, datatype and shape.
enum IdentityInterface {
    static func validate(_ configuration: ModelConfig) throws(ServingError) {
        guard configuration.inputs.count == configuration.outputs.count else {
            throw ServingError(.invalidArgument, "model configuration must have equal input/output pairs")
        }
        for (input, output) in zip(configuration.inputs, configuration.outputs) {
            guard input.name.hasPrefix("INPUT") else {
                throw ServingError(
                    .invalidArgument, "expected input name to follow INPUT<index> pattern, got '\(input.name)'")
            }
            guard output.name.hasPrefix("OUTPUT") else {
                throw ServingError(
                    .invalidArgument, "expected output name to follow OUTPUT<index> pattern, got '\(output.name)'")
            }
        }
        for output in configuration.outputs.sorted(by: { $0.name < $1.name }) {
            try matchInput(of: output, configuration)
        }
    }

    private static func matchInput(of output: ModelOutput, _ configuration: ModelConfig) throws(ServingError) {
        let index = output.name.dropFirst("OUTPUT".count)
        guard let input = configuration.inputs.first(where: { $0.name.dropFirst("INPUT".count) == index }) else {
            throw ServingError(.invalidArgument, "expected input and output indices to match")
        }
        guard input.dataType == output.dataType else {
            throw ServingError(
                .invalidArgument,
                "expected input and output datatype to match, got \(input.dataType.configurationName) and "
                    + output.dataType.configurationName)
        }
        let inputShape = input.reshape ?? input.dims
        let outputShape = output.reshape ?? output.dims
        guard inputShape == outputShape else {
            throw ServingError(
                .invalidArgument, "expected input and output shape to match, got \(inputShape) and \(outputShape)")
        }
    }
}
