import InferenceTypes
import ServerTransport

/// The metrics port: `GET /metrics`.
///
/// As in Triton, other paths are answered too, with nothing, and other methods are refused.
final class MetricsApplication: HTTPApplication {
    private let maximumBodyBytes: Int
    private let threads: DecodingThreads
    private let text: @Sendable () -> [UInt8]

    /// - Parameters:
    ///   - threads: their number is how many scrapes are worked on at one time.
    ///   - text: makes the metrics, on one of the threads.
    init(maximumBodyBytes: Int, threads: DecodingThreads, text: @escaping @Sendable () -> [UInt8]) {
        self.maximumBodyBytes = maximumBodyBytes
        self.threads = threads
        self.text = text
    }

    func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
        guard head.method == .get else {
            return HTTPAdmission(body: .discard(limit: maximumBodyBytes), isRefusal: true) { _, exchange in
                exchange.send(.failure(.methodNotAllowed, "Method Not Allowed", .plainText))
            }
        }
        let isMetrics = ["/metrics", "/metrics/"].contains { head.path.elementsEqual($0.utf8) }
        return HTTPAdmission(body: .discard(limit: maximumBodyBytes)) { [threads, text] _, exchange in
            guard isMetrics else { return exchange.send(HTTPResponse(.ok, .metrics)) }
            threads.run(for: exchange) { exchange.send(HTTPResponse(.ok, .metrics, body: text())) }
        }
    }
}
