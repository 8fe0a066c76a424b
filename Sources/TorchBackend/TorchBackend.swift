public import BackendAPI
public import InferenceTypes
public import ModelConfiguration
import Synchronization

/// Serves TorchScript models (`backend: "pytorch"`) with LibTorch, which it opens when the first model needs it.
public final class TorchBackend: Backend {
    public let name = "pytorch"

    private let libraryPaths: [String]
    private let library = Mutex<TorchLibrary?>(nil)

    /// - Parameter libraryPaths: where the shim library may be; the first that exists is opened. It lies in one folder with
    ///   LibTorch's own libraries.
    public init(libraryPaths: [String]) { self.libraryPaths = libraryPaths }

    public func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig {
        let configuration = context.configuration
        if !configuration.inputs.isEmpty && !configuration.outputs.isEmpty { return configuration }
        let path = try ModelFile.path(context)
        let library = try openLibrary()
        let deadline = ContinuousClock.now.advanced(by: Self.trialTime)
        // One trial can hang for ever, and nothing can stop it.
        let outcome = CompletionThread.run(limit: Self.trialTime + .seconds(10)) {
            () -> Result<ModelConfig, ServingError> in
            do throws(ServingError) {
                let settings = try ExecutionSettings(parameters: configuration.parameters, modelName: context.name)
                let module = try TorchModule.loadForModel(
                    path, inferenceMode: settings.inferenceMode, optimized: false, model: context.name, library: library
                )
                return .success(
                    try ConfigurationCompleter(context: context, module: module, deadline: deadline).complete())
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else {
            throw ServingError(
                .invalidArgument,
                "the configuration of model '\(context.name)' is incomplete, and a trial run of forward did not end within "
                    + "\(Self.trialTime); write its inputs and outputs into \(context.modelDirectory)/config.pbtxt")
        }
        return try outcome.get()
    }

    /// How long trial runs may take to find out what a configuration leaves out.
    private static let trialTime = Duration.seconds(20)

    public func loadModel(_ context: ModelContext) throws(ServingError) -> any LoadedModel {
        // A missing file is reported before a missing LibTorch: it is the nearer cause.
        _ = try ModelFile.path(context)
        return try LoadedTorchModel(context, library: openLibrary())
    }

    /// The version of LibTorch, if it can be opened.
    public func libraryVersion() throws(ServingError) -> String { try openLibrary().version }

    private func openLibrary() throws(ServingError) -> TorchLibrary {
        try library.withLock { (opened) throws(ServingError) in
            if let opened { return opened }
            let new = try TorchLibrary(searching: libraryPaths)
            opened = new
            return new
        }
    }
}
