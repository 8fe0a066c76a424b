/// A port of the server. The names are those by which sockets are passed to it.
enum ServingEndpoint: String, CaseIterable, Comparable, Sendable {
    case http, grpc, metrics

    var protocolName: String {
        switch self {
        case .http: "HTTP"
        case .grpc: "gRPC"
        case .metrics: "metrics"
        }
    }

    static func < (left: ServingEndpoint, right: ServingEndpoint) -> Bool { left.rawValue < right.rawValue }
}
