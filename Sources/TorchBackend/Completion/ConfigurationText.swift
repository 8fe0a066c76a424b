import InferenceTypes
import ModelConfiguration

/// The parts of a config.pbtxt that a user has to write when they cannot be found out.
enum ConfigurationText {
    /// An input or output to write, as far as it is known.
    struct Line {
        var name: String
        /// `nil` when unknown.
        var dataType: DataType?
        /// `nil` when unknown.
        var dims: Shape?
    }

    static func make(_ configuration: ModelConfig, inputs: [Line], outputs: [Line]) -> String {
        var text =
            "name: \"\(configuration.name)\"\nbackend: \"pytorch\"\nmax_batch_size: \(configuration.maxBatchSize)\n"
        for input in inputs { text += block("input", input) }
        for output in outputs { text += block("output", output) }
        return text
    }

    private static func block(_ section: String, _ line: Line) -> String {
        let type = (line.dataType ?? .fp32).configurationName
        let dims = (line.dims ?? [-1]).dimensions.map(String.init).joined(separator: ", ")
        let isGuess = line.dataType == nil || line.dims == nil
        return
            "\(section) [ { name: \"\(line.name)\" data_type: \(type) dims: [ \(dims) ] } ]\(isGuess ? "  # fill in" : "")\n"
    }
}
