public import InferenceTypes

/// The parameters of a request that the server takes for itself, by their names.
public enum RequestParameterName: String, Sendable {
    case sequenceID = "sequence_id"
    case sequenceStart = "sequence_start"
    case sequenceEnd = "sequence_end"
    case priority
    /// In microseconds.
    case timeout

    /// Names with this beginning are the server's, whether it knows them or not.
    public static let reservedPrefix = "triton_"

    /// - Returns: `nil` for a parameter that is the model's.
    /// - Throws: `invalidArgument` for a name that is reserved.
    public static func recognize(_ name: String) throws(ServingError) -> RequestParameterName? {
        guard !name.hasPrefix(reservedPrefix) else {
            throw ServingError(
                .invalidArgument,
                "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.")
        }
        return RequestParameterName(rawValue: name)
    }
}
