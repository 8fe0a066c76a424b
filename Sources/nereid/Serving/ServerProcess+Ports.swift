import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Logging
import ServerTransport

extension ServerProcess {
    /// The ports of a server, from the moment at which it has the sockets.
    struct Ports {
        let sockets: ServingSockets
        /// Where connections are accepted by now.
        var numbers = ServerPorts()
        /// The server whose ports these were.
        let predecessor: HandoverClient?
        /// Gives them to the next one.
        let handover: HandoverServer?

        /// The address of an endpoint: that of the configuration, unless its socket was passed.
        func host(_ endpoint: ServingEndpoint, configured: String) -> String {
            guard let socket = sockets[endpoint], socket.wasPassed else { return configured }
            return socket.host
        }
    }

    /// Gets the sockets: those that were passed, those of the server whose ports are taken over, and own ones for the rest.
    /// Accepts connections at once where nobody else does and nobody waits.
    func openPorts(
        of server: InferenceServer, onHandedOver: @escaping @Sendable () -> Void
    ) async throws(StartupError) -> Ports {
        let wanted = InferenceServer.ports(configuration)
        var passed = try ServingSockets(try PassedSocket.fromServiceManager(), ports: wanted)
        var predecessor: HandoverClient?
        if let path = configuration.handoverSocket {
            predecessor = try HandoverClient.connect(to: path, logger: logger)
        }
        if let predecessor { passed.add(predecessor.sockets, ports: wanted) }
        do throws(ServingError) {
            let sockets = try server.sockets(passed)
            let handover = configuration.handoverSocket.map {
                HandoverServer(path: $0, sockets: sockets, logger: logger, onHandedOver: onHandedOver)
            }
            var ports = Ports(sockets: sockets, predecessor: predecessor, handover: handover)
            try server.memoryTrimmer.start()
            if !sockets.waitForModels { try await accept(server, &ports) }
            if predecessor == nil { try start(handover) }
            return ports
        } catch {
            throw StartupError(error.message)
        }
    }

    /// The models are loaded: accepts connections, if that has not begun, and has the former server stop.
    func beginServing(_ server: InferenceServer, _ ports: inout Ports) async throws(StartupError) {
        do throws(ServingError) {
            if ports.sockets.waitForModels, ports.numbers == ServerPorts() { try await accept(server, &ports) }
            guard let predecessor = ports.predecessor else { return }
            await Self.onOwnThread { predecessor.takeOver() }
            try start(ports.handover)
        } catch {
            throw StartupError(error.message)
        }
    }

    private func accept(_ server: InferenceServer, _ ports: inout Ports) async throws(ServingError) {
        ports.numbers = try await server.start(on: ports.sockets)
        announce(ports)
    }

    private func start(_ handover: HandoverServer?) throws(ServingError) {
        do throws(StartupError) {
            try handover?.start()
        } catch {
            throw ServingError(.unavailable, error.description)
        }
    }

    /// Work that blocks.
    private static func onOwnThread(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            do throws(ServingError) {
                try OSThread.start(name: "handover") {
                    work()
                    continuation.resume()
                }
            } catch {
                work()
                continuation.resume()
            }
        }
    }

    private func announce(_ ports: Ports) {
        let (http, grpc) = (configuration.http, configuration.grpc)
        if let port = ports.numbers.http {
            let host = ports.host(.http, configured: http.host)
            logger.info("listening for HTTP on \(host):\(port)\(Self.protection(http.tls))")
        }
        if let port = ports.numbers.grpc {
            let host = ports.host(.grpc, configured: grpc.host)
            logger.info("listening for gRPC on \(host):\(port)\(Self.protection(grpc.tls))")
        }
        if let port = ports.numbers.metrics, let metrics = configuration.metrics {
            logger.info("listening for metrics on \(ports.host(.metrics, configured: metrics.server.host)):\(port)")
        }
    }

    private static func protection(_ tls: TLSConfigurationFiles?) -> String {
        guard let tls else { return "" }
        return tls.clientRoots == nil ? " with TLS" : " with mutual TLS"
    }
}
