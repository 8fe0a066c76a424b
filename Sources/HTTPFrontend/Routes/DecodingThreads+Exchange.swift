import InferenceTypes
import ServerTransport

extension DecodingThreads {
    /// Runs what would keep the other connections of an event loop waiting, unless nobody waits for it any more.
    func run(for exchange: HTTPExchange, _ work: @escaping @Sendable () -> Void) {
        run { isStopping in
            if isStopping {
                return exchange.send(.failure(.serviceUnavailable, "the server is stopping", .plainText))
            }
            guard !exchange.cancellation.isCancelled else {
                return exchange.send(.failure(.badRequest, "the client has closed the connection", .plainText))
            }
            work()
        }
    }
}
