import InferenceTypes

/// What a load request brings to replace what the repository holds.
public struct ModelLoadOverride: Sendable {
    /// JSON text of a whole model configuration.
    public var configurationJSON: String?
    /// Path inside the model directory -> content. With any file, the directory in the repository is not used at all.
    public var files: [String: [UInt8]]

    public init(configurationJSON: String? = nil, files: [String: [UInt8]] = [:]) {
        self.configurationJSON = configurationJSON
        self.files = files
    }

    var isEmpty: Bool { configurationJSON == nil && files.isEmpty }

    /// - Throws: files without a configuration, or a path that leads out of the model directory.
    func validate() throws(ServingError) {
        guard files.isEmpty || configurationJSON != nil else {
            throw ServingError(
                .invalidArgument, "Load parameter 'config' must be specified for model file override")
        }
        for path in files.keys.sorted() {
            let components = path.split(separator: "/", omittingEmptySubsequences: false)
            let isInside = components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }
            guard isInside, !path.isEmpty else {
                throw ServingError(
                    .invalidArgument,
                    "load parameter 'file:\(path)': the path must stay inside the model directory, "
                        + "for example 'file:1/model.pt'")
            }
        }
    }
}
