import InferenceTypes

extension HTTPRoute.Model {
    /// The version as a number, `nil` when the path names none. Throws when the digits do not fit.
    func versionNumber() throws(ServingError) -> Int64? {
        guard let version else { return nil }
        guard let number = Int64(version) else {
            throw ServingError(
                .invalidArgument,
                "failed to get model version from specified version string '\(version)' (details: stol), "
                    + "version should be an integral value > 0")
        }
        return number
    }
}
