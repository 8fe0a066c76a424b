public import BackendAPI
public import InferenceTypes
public import ModelConfiguration
import Synchronization

/// Serves TorchScript models (`backend: "pytorch"`) with LibTorch, which it opens when the first model needs it.
public final class TorchBackend: Backend {
    public let name = "pytorch"

    private let libraryPaths: [String]
    private let library = Mutex<TorchLibrary?>(nil)
    private let trialLimit: Duration
    private let unfinishedTrials = UnfinishedTrials()

    /// - Parameters:
    ///   - libraryPaths: where the shim library may be; the first that exists is opened. It lies in one folder with
    ///     LibTorch's own libraries.
    ///   - trialLimit: how long trial runs of `forward` may take to find out what a configuration leaves out. A run that
    ///     is still going on half as long again is given up: loading fails, the log says so, and its thread ends when
    ///     the model's code returns.
    public init(libraryPaths: [String], trialLimit: Duration = .seconds(20)) {
        self.libraryPaths = libraryPaths
        self.trialLimit = trialLimit
    }

    public func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig {
        let configuration = context.configuration
        if !configuration.inputs.isEmpty && !configuration.outputs.isEmpty { return configuration }
        return try TrialSession(limit: trialLimit, unfinished: unfinishedTrials).complete(
            context, library: openLibrary())
    }

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
