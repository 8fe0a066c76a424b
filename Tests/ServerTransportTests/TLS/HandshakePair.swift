import Logging
import NIOCore
import NIOEmbedded
import NIOSSL
import NIOTLS
import ServerTransport

/// A client and a server that talk TLS in memory.
final class HandshakePair {
    let client = EmbeddedChannel()
    let server = EmbeddedChannel()
    private let clientEvents = EventKeeper()
    private let serverEvents = EventKeeper()

    struct ClientOptions {
        var offers = ["h2", "http/1.1"]
        /// PEM of a certificate and its key.
        var identity: (certificate: String, key: String)?
        var maximumVersion: TLSVersion?
    }

    init(_ tls: TLSContextReloader, client options: ClientOptions = ClientOptions()) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = options.offers
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = options.maximumVersion
        if let (certificate, key) = options.identity {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        }
        let handler = try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration), serverHostname: nil)
        try client.pipeline.syncOperations.addHandlers([handler, clientEvents])
        let keeper = NIOLoopBound(serverEvents, eventLoop: server.eventLoop)
        try server.setUpAccepted(tls: tls, handshakeLimit: .seconds(10), logger: Logger(label: "test")) { channel in
            try channel.pipeline.syncOperations.addHandler(keeper.value)
        }.wait()
    }

    /// Connects both and lets them talk until neither has anything to say.
    func run() throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        try server.connect(to: address).wait()
        try client.connect(to: address).wait()
        try carry()
    }

    func carry() throws {
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            while let bytes = try client.readOutbound(as: ByteBuffer.self) {
                // A failed handshake throws; its alert still has to get back.
                _ = try? server.writeInbound(bytes)
                hasMoved = true
            }
            while let bytes = try server.readOutbound(as: ByteBuffer.self) {
                _ = try? client.writeInbound(bytes)
                hasMoved = true
            }
        }
    }

    /// Whether the server's handshake is complete.
    var isComplete: Bool { serverEvents.applicationProtocol != nil }
    /// "" when none was agreed on.
    var applicationProtocol: String? { serverEvents.applicationProtocol }
    var serverErrors: [String] { serverEvents.errors }

    /// The PEM of the certificate that the client saw, without white space.
    func servedCertificate() throws -> NIOSSLCertificate? {
        try client.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
    }

    /// Ends both. TLS waits for the other side's goodbye, at most so long.
    func close() {
        for channel in [client, server] {
            channel.close(promise: nil)
            channel.embeddedEventLoop.advanceTime(by: .minutes(1))
        }
    }
}

private final class EventKeeper: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var applicationProtocol: String?
    var errors: [String] = []

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let name)? = event as? TLSUserEvent { applicationProtocol = name ?? "" }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append("\(error)") }
}
