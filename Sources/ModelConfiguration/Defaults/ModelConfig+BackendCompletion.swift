public import InferenceTypes

extension ModelConfig {
    static let ensemblePlatform = "ensemble"

    /// Fills `name`, `backend`, `platform` and `default_model_filename` as far as they follow from each other, from the
    /// content of the model's directory, or from a directory named `<anything>.<backend>`.
    ///
    /// Throws when no backend can be found.
    public mutating func completeBackend(
        modelName: String, directory: ModelDirectoryListing
    ) throws(ServingError) {
        if name.isEmpty { name = modelName }
        if platform.isEmpty, backend.isEmpty, ensemble != nil { platform = Self.ensemblePlatform }
        guard platform != Self.ensemblePlatform else { return }

        if let known = knownBackend(in: directory) {
            if backend.isEmpty { backend = known.name }
            // Python models that carry their own runtime bring their own file too.
            let hasOwnRuntime = backend == "pytorch" && runtime == "model.py"
            if platform.isEmpty, let completed = known.platform { platform = completed }
            if defaultModelFilename.isEmpty, !hasOwnRuntime { defaultModelFilename = known.filename }
            return
        }
        guard backend.isEmpty, platform.isEmpty, defaultModelFilename.isEmpty else { return }
        guard let dot = modelName.firstIndex(of: "."), modelName.index(after: dot) != modelName.endIndex else {
            throw ServingError(.invalidArgument, Self.undeterminedBackend(modelName: modelName, directory: directory))
        }
        backend = String(modelName[modelName.index(after: dot)...])
        defaultModelFilename = "model.\(backend)"
    }

    /// The first entry of the table that nothing in the configuration contradicts and something speaks for.
    private func knownBackend(in directory: ModelDirectoryListing) -> KnownBackend? {
        let candidates = KnownBackend.all.filter { backend.isEmpty || $0.name == backend }
        if !platform.isEmpty {
            return candidates.first { $0.answers(toPlatform: platform) }
        }
        if !defaultModelFilename.isEmpty {
            if let match = candidates.first(where: { $0.matches(filename: defaultModelFilename) }) { return match }
        } else if let match = candidates.first(where: { $0.isPresent(in: directory) }) {
            return match
        }
        // The backend alone: TensorFlow has two platforms, and nothing says which.
        guard !backend.isEmpty, backend != "tensorflow" else { return nil }
        return candidates.first
    }

    private static func undeterminedBackend(modelName: String, directory: ModelDirectoryListing) -> String {
        var message =
            "Invalid model name: Could not determine backend for model '\(modelName)' with no backend in model configuration. "
            + "Expected model name of the form 'model.<backend_name>'."
        let files = Set(KnownBackend.all.map(\.filename)).sorted().joined(separator: ", ")
        if let version = directory.firstSubdirectory {
            let found = (directory.files.union(directory.directories)).sorted().prefix(5).joined(separator: ", ")
            message += " Directory '\(version)' has none of \(files)"
            message += found.isEmpty ? "; it is empty." : "; it has \(found)."
        } else {
            message += " There is no version directory; put the model file (one of \(files)) into '\(modelName)/1'."
        }
        return message
    }
}
