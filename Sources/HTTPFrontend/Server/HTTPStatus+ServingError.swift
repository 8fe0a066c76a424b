import InferenceTypes

extension HTTPStatus {
    /// The status that stands for an error of the service.
    init(_ code: ServingError.Code) {
        self =
            switch code {
            case .unknown, .invalidArgument, .alreadyExists, .cancelled: .badRequest
            case .internal: .internalServerError
            case .notFound: .notFound
            case .unavailable: .serviceUnavailable
            case .unsupported: .notImplemented
            }
    }
}

extension HTTPResponse {
    static func failure(_ error: ServingError, _ contentType: ContentType = .json) -> HTTPResponse {
        .failure(HTTPStatus(error.code), error.message, contentType)
    }
}
