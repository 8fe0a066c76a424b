/// Why the bytes of a client are not a request that is served. The connection ends with the answer.
struct HTTPRequestError: Error, Sendable, Hashable {
    var status: HTTPStatus
    var message: String

    init(_ status: HTTPStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
