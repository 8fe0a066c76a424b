public import InferenceTypes

/// What the repositories hold under a name. A name without an observation does not exist there.
public enum ModelObservation: Sendable {
    case valid(ModelCandidate)
    /// The directory or its configuration cannot be used.
    case invalid(ServingError)
    /// The name appears in more than one repository.
    case ambiguous(paths: [String])

    /// Triton's reason for an ambiguous name, as the repository index shows it.
    public static let ambiguousReason = "model appears in two or more repositories"

    /// Why this cannot be loaded; `nil` if it can.
    public var error: ServingError? {
        switch self {
        case .valid: nil
        case .invalid(let error): error
        case .ambiguous(let paths):
            ServingError(
                .internal, "\(Self.ambiguousReason): \(paths.joined(separator: ", ")); remove or rename all but one")
        }
    }
}
