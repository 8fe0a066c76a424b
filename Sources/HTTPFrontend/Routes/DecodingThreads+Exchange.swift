import InferenceTypes
import ServerTransport
import ServingProtocol

extension DecodingThreads {
    /// Runs what would keep the other connections of an event loop waiting, unless nobody waits for it any more.
    func run(for exchange: HTTPExchange, _ work: @escaping @Sendable () -> Void) {
        run { isStopping in
            if isStopping {
                return exchange.send(.failure(.serverIsStopping, .plainText))
            }
            guard !exchange.cancellation.isCancelled else {
                return exchange.send(.failure(.badRequest, "the client has closed the connection", .plainText))
            }
            work()
        }
    }
}
