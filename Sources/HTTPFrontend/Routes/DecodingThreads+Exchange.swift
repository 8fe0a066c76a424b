import InferenceEngine
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

    /// Runs `work` once a model has loaded, or sends why it has not.
    func wait(
        _ wait: ModelWait, for exchange: HTTPExchange, errorsAs contentType: HTTPResponse.ContentType,
        _ work: @escaping @Sendable (any Servable) -> Void
    ) {
        wait.start(cancellation: exchange.cancellation) { [self] result in
            switch result {
            case .success(let servable): run(for: exchange) { work(servable) }
            case .failure(let error): exchange.send(.failure(error, contentType))
            }
        }
    }
}
