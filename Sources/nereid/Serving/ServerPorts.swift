/// The ports on which a server listens; `nil` for a protocol that it does not serve.
struct ServerPorts: Equatable, Sendable {
    var http: Int?
    var grpc: Int?
    var metrics: Int?
}
