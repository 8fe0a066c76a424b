import InferenceTypes
import ModelConfiguration

/// The label files of a model's outputs: line `n` is the label of element `n`.
struct OutputLabels: Sendable {
    private var labels: [String: [String]] = [:]

    /// The most bytes that one label file may have.
    static let maximumFileBytes = 64 << 20

    /// Reads the files that the configuration names, relative to the model's directory.
    init(_ configuration: ModelConfig, modelDirectory: String) throws(ServingError) {
        for output in configuration.outputs where !output.labelFilename.isEmpty {
            let path = modelDirectory + "/" + output.labelFilename
            let data = try FileContents.read(path, limit: Self.maximumFileBytes)
            var lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            labels[output.name] = lines.map(String.init)
        }
    }

    /// `nil` when the output has no labels, or fewer.
    func label(output: String, index: Int) -> String? {
        guard let lines = labels[output], lines.indices.contains(index) else { return nil }
        return lines[index]
    }
}
