package import InferenceTypes

extension GRPCStatus {
    /// What a client sees of `error`.
    package init(_ error: ServingError) { self.init(GRPCStatusCode(error.code), error.message) }
}

extension GRPCStatusCode {
    /// Triton's mapping.
    package init(_ code: ServingError.Code) {
        self =
            switch code {
            case .unknown: .unknown
            case .internal: .internal
            case .notFound: .notFound
            case .invalidArgument: .invalidArgument
            case .unavailable: .unavailable
            case .unsupported: .unimplemented
            case .alreadyExists: .alreadyExists
            case .cancelled: .cancelled
            }
    }
}
