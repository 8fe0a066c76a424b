public import InferenceTypes

/// How requests write the version of a model.
public enum ModelVersion {
    /// The version as a number; `nil` for the empty text, which leaves the choice to the server.
    ///
    /// - Throws: `invalidArgument` for text that is no number, does not fit, or is negative.
    public static func number(_ text: some StringProtocol) throws(ServingError) -> Int64? {
        guard !text.isEmpty else { return nil }
        guard let number = Int64(text) else {
            // "stol" is what clients have always seen here.
            throw ServingError(
                .invalidArgument,
                "failed to get model version from specified version string '\(text)' (details: stol), "
                    + "version should be an integral value > 0")
        }
        guard number >= 0 else {
            throw ServingError(
                .invalidArgument,
                "invalid model version specified '\(text)' , version should be an integral value > 0")
        }
        return number
    }
}
