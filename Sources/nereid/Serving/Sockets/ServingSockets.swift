import ServerTransport

/// The sockets that were passed to this process, by what they are for.
struct ServingSockets: Sendable {
    private(set) var sockets: [ServingEndpoint: ListeningSocket] = [:]

    init() {}

    /// A socket is for the endpoint that it is named after; with another name, or without one, for that whose port it has.
    ///
    /// - Parameter ports: what the configuration says of the endpoints that are served.
    /// - Throws: `StartupError` for a socket that is for none of them, and for two that are for the same.
    init(_ passed: [PassedSocket], ports: [ServingEndpoint: Int]) throws(StartupError) {
        for one in passed {
            let port = one.socket.port
            let named = one.name.flatMap { ServingEndpoint(rawValue: $0) }
            guard let endpoint = named ?? ports.keys.sorted().first(where: { ports[$0] == port }),
                ports[endpoint] != nil
            else {
                let names = FlagValue.list(ports.keys.sorted().map(\.rawValue))
                let name = one.name.map { " '\($0)'" } ?? ""
                throw StartupError(
                    "a socket\(name) on port \(port) was passed to this process, which serves \(names): "
                        + "name it after what it is for, in a unit with FileDescriptorName=.")
            }
            guard sockets[endpoint] == nil else {
                throw StartupError(
                    "two sockets for \(endpoint.rawValue) were passed to this process, the second on port \(port).")
            }
            sockets[endpoint] = one.socket
        }
    }

    /// Adds sockets of a server that hands over: those that are served here, on the ports that the configuration says,
    /// and that were not passed in another way.
    mutating func add(_ handedOver: [ServingEndpoint: ListeningSocket], ports: [ServingEndpoint: Int]) {
        for (endpoint, socket) in handedOver where sockets[endpoint] == nil {
            guard let port = ports[endpoint], port == 0 || port == socket.port else { continue }
            sockets[endpoint] = socket
        }
    }

    mutating func set(_ socket: ListeningSocket, for endpoint: ServingEndpoint) { sockets[endpoint] = socket }

    subscript(endpoint: ServingEndpoint) -> ListeningSocket? { sockets[endpoint] }

    /// Whether nothing is accepted before all models are loaded. Where other servers have the ports too, or connections
    /// wait for this one, a connection that is accepted earlier would meet models that are not there yet.
    var waitForModels: Bool { sockets.values.contains { $0.isShared || $0.reusesPort } }
}
