import InferenceTypes

/// What a connection asks of the program behind it.
protocol HTTPApplication: Sendable {
    /// Decides by the head alone what becomes of a request. Called on the event loop.
    func admit(_ head: HTTPRequestHead) -> HTTPAdmission
}

/// What becomes of a request.
struct HTTPAdmission: Sendable {
    enum Body: Sendable, Hashable {
        /// Kept, up to `limit` bytes; the byte at `alignedOffset` will lie on a multiple of 64.
        case collect(limit: Int, alignedOffset: Int)
        /// Read and thrown away, up to `limit` bytes.
        case discard(limit: Int)

        var limit: Int {
            switch self {
            case .collect(let limit, _), .discard(let limit): limit
            }
        }
    }

    var body: Body
    /// The body makes no difference to the answer, which is an error: a client that waits for "100 Continue" gets the
    /// answer in its place.
    var isRefusal = false
    /// Called on the event loop once the body is complete; must not block.
    var answer: @Sendable (_ body: TensorBytes, _ exchange: HTTPExchange) -> Void
}
