public import InferenceTypes

/// Why a model could not be loaded.
public enum ModelLoadFailure: Error, Sendable, Hashable {
    /// The model as a whole, before any version was tried.
    case model(ServingError)
    /// Some of its versions; the others were dropped with them.
    case versions([Int64: ServingError])

    /// Triton's words, as they follow `load failed for model 'm': `.
    public var message: String {
        switch self {
        case .model(let error): error.message
        case .versions(let errors):
            errors.sorted { $0.key < $1.key }
                .map { "version \($0.key) is at UNAVAILABLE state: \($0.value.labelledMessage);" }
                .joined()
        }
    }
}
