import InferenceTypes
import ServingProtocol

extension HTTPRoute.Model {
    /// The version as a number, `nil` when the path names none. Throws when the digits do not fit.
    func versionNumber() throws(ServingError) -> Int64? { try ModelVersion.number(version ?? "") }
}
