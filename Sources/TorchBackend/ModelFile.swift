import BackendAPI
import InferenceTypes
import ModelConfiguration

#if canImport(Glibc)
    import Glibc
#endif

/// Where the TorchScript file of a model version is.
enum ModelFile {
    static let defaultName = "model.pt"

    /// - Throws: Triton's words when there is no such file.
    static func path(_ context: ModelContext) throws(ServingError) -> String {
        let configured = context.configuration.defaultModelFilename
        let path = context.versionDirectory + "/" + (configured.isEmpty ? defaultName : configured)
        guard access(path, F_OK) == 0 else {
            throw ServingError(.unavailable, "unable to find '\(path)' for model instance '\(context.name)'")
        }
        return path
    }
}
