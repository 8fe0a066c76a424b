public import InferenceTypes

extension ServingError {
    /// There is one index over all repositories: requests cannot choose among them.
    public static let repositoryNameIsUnsupported = ServingError(
        .unsupported, "'repository_name' specification is not supported")
}
