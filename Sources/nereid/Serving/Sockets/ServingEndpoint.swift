/// A port of the server. The names are those by which sockets are passed to it.
enum ServingEndpoint: String, CaseIterable, Comparable, Sendable {
    case http, grpc

    var protocolName: String {
        switch self {
        case .http: "HTTP"
        case .grpc: "gRPC"
        }
    }

    static func < (left: ServingEndpoint, right: ServingEndpoint) -> Bool { left.rawValue < right.rawValue }
}
