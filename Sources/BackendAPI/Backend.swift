public import InferenceTypes
public import ModelConfiguration

/// What executes models of one kind. A backend is registered once and serves every model that names it.
///
/// All functions may be called from several threads at once; they block for as long as they need and run on loading
/// threads of the engine, never on an event loop.
public protocol Backend: Sendable {
    /// The name used in `backend:` of a configuration.
    var name: String { get }

    /// Fills in what the configuration leaves out, by looking at the model's files. May set only `maxBatchSize`, inputs,
    /// outputs, a scheduler if none was chosen, and the transaction policy. Not called with auto-complete disabled.
    ///
    /// - Throws: `ServingError` that says what could not be found out, and the configuration to write.
    func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig

    /// Loads one version of a model. Every failure, a C++ exception included, comes back as a `ServingError`.
    func loadModel(_ context: ModelContext) throws(ServingError) -> any LoadedModel
}
