import InferenceTypes
import Logging
import ServerTransport
import ServingProtocol

@testable import HTTPFrontend

/// Runs `body` against a server on a free port of the loopback address.
func withServer(
    _ service: FakeService = FakeService(), limits: HTTPLimits = HTTPLimits(),
    access: AccessRules = AccessRules(), host: String = "127.0.0.1",
    _ body: (_ port: Int, _ server: HTTPServer) async throws -> Void
) async throws {
    var configuration = HTTPServerConfiguration(host: host, port: 0)
    configuration.limits = limits.withoutHurry
    configuration.access = access
    let eventLoops = EventLoops(count: 1)
    let server = HTTPServer(
        configuration: configuration, service: service, eventLoops: eventLoops, logger: Logger(label: "test"))
    let port = try await server.start()
    do {
        try await body(port, server)
    } catch {
        await server.stop(timeout: .zero)
        throw error
    }
    await server.stop(timeout: .zero)
}

extension HTTPLimits {
    /// Tests about time move it themselves; in others a busy machine shall not make a difference.
    var withoutHurry: HTTPLimits {
        var limits = self
        limits.headerTimeout = .seconds(3600)
        limits.bodyProgressInterval = .seconds(3600)
        limits.idleTimeout = .seconds(3600)
        limits.writeStallTimeout = .seconds(3600)
        return limits
    }
}
