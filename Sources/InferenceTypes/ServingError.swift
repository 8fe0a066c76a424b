/// Why a request, or a model, failed. Front-ends map `code` to their own statuses.
public struct ServingError: Error, Sendable, Hashable {
    public enum Code: Sendable, Hashable, CaseIterable {
        case unknown, `internal`, notFound, invalidArgument, unavailable, unsupported, alreadyExists, cancelled

        /// How Triton spells the code inside messages ("Invalid argument: ...").
        public var label: String {
            switch self {
            case .unknown: "Unknown"
            case .internal: "Internal"
            case .notFound: "Not found"
            case .invalidArgument: "Invalid argument"
            case .unavailable: "Unavailable"
            case .unsupported: "Unsupported"
            case .alreadyExists: "Already exists"
            case .cancelled: "Cancelled"
            }
        }
    }

    public var code: Code
    /// The text that clients see. Texts that clients compare are kept as Triton words them.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `Invalid argument: ...`, the form used in load errors and in the repository index.
    public var labelledMessage: String { "\(code.label): \(message)" }
}

extension ServingError: CustomStringConvertible {
    public var description: String { labelledMessage }
}
