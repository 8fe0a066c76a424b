public import InferenceTypes

/// What could not be put in place.
public struct RemotePlacement: Sendable {
    /// Models that could not be fetched in full, and why.
    public var failures: [String: ServingError]
    /// A repository of which nothing is known, neither from the store nor from an earlier run.
    public var repositoryError: ServingError?

    public init(failures: [String: ServingError] = [:], repositoryError: ServingError? = nil) {
        self.failures = failures
        self.repositoryError = repositoryError
    }
}
