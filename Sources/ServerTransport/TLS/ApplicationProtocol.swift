/// What is spoken inside TLS, as clients ask for it (ALPN).
package enum ApplicationProtocol: String, Sendable {
    case http1 = "http/1.1"
    case http2 = "h2"

    /// As users know it.
    var name: String {
        switch self {
        case .http1: "HTTP"
        case .http2: "gRPC"
        }
    }
}
