public import InferenceTypes

extension ServingError {
    /// What is not begun any more once the server stops, in any protocol.
    public static let serverIsStopping = ServingError(
        .unavailable, "the server is stopping and takes no further requests")
}
