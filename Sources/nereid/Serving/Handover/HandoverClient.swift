import InferenceTypes
import Logging
import ServerTransport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The side of a handover that takes the ports.
final class HandoverClient: Sendable {
    /// The old server answers at once, or not at all.
    private static let patience = Duration.seconds(10)

    let sockets: [ServingEndpoint: ListeningSocket]
    /// Those that no third process has.
    private let ownEndpoints: [ServingEndpoint]
    private let connection: LocalSocket
    private let logger: Logger

    private init(
        _ connection: LocalSocket, _ sockets: [ServingEndpoint: ListeningSocket], own: [ServingEndpoint],
        _ logger: Logger
    ) {
        self.connection = connection
        self.sockets = sockets
        ownEndpoints = own
        self.logger = logger
    }

    /// Gets the sockets of the server that listens at a path; blocks. `nil` when there is none.
    ///
    /// - Throws: `StartupError` when something is there that does not hand over.
    static func connect(to path: String, logger: Logger) throws(StartupError) -> HandoverClient? {
        guard let address = UnixSocketAddress(path) else { throw .badHandoverPath(path) }
        let connection: LocalSocket
        do {
            connection = try LocalSocket.connected(to: address)
        } catch {
            if error.isAbsence { return nil }
            throw StartupError("the server at --handover-socket '\(path)' cannot be reached: \(error).")
        }
        guard connection.peerUserID == ProcessEnvironment.userID else {
            throw StartupError(
                "the server at --handover-socket '\(path)' is run by another user; run both as the same.")
        }
        connection.setReceiveTimeout(patience)
        do {
            try connection.send(HandoverMessage.hello.line)
            guard let answer = try connection.receive() else {
                throw StartupError("the server at --handover-socket '\(path)' hands nothing over; see its log.")
            }
            return try HandoverClient(connection, answer, path, logger)
        } catch let error as StartupError {
            throw error
        } catch {
            throw StartupError(
                "the server at --handover-socket '\(path)' does not hand over its ports: \(error); "
                    + "is another server taking them over just now?")
        }
    }

    private convenience init(
        _ connection: LocalSocket, _ answer: LocalSocket.Message, _ path: String, _ logger: Logger
    ) throws(StartupError) {
        guard case .sockets(let names) = HandoverMessage(line: answer.line), names.count == answer.descriptors.count
        else {
            throw StartupError(
                "the server at --handover-socket '\(path)' answers '\(answer.line)', which this version does not know.")
        }
        var sockets: [ServingEndpoint: ListeningSocket] = [:]
        do throws(ServingError) {
            for (name, descriptor) in zip(names, answer.descriptors) {
                // What is not known here is closed.
                let socket = try ListeningSocket(adopting: descriptor)
                if let endpoint = ServingEndpoint(rawValue: name.name) { sockets[endpoint] = socket }
            }
        } catch {
            throw StartupError(error.message)
        }
        self.init(
            connection, sockets, own: names.filter { !$0.isShared }.compactMap { ServingEndpoint(rawValue: $0.name) },
            logger)
    }

    /// Tells the old server to stop, after this one has begun to accept; blocks until the old one has left the ports.
    func takeOver() {
        do throws(LocalSocket.Failure) {
            try connection.send(HandoverMessage.serving.line)
            while let answer = try connection.receive() {
                guard HandoverMessage(line: answer.line) == .released else { continue }
                logger.info("the ports are taken over; the former server answers what it has begun")
                break
            }
        } catch {
            // It may have been stopped meanwhile, or is busy: the ports are here in any case.
            logger.warning("the former server does not say that it has left the ports: \(error)")
            return
        }
        for endpoint in ownEndpoints { sockets[endpoint]?.setShared(false) }
    }
}

extension LocalSocket.Failure {
    /// Nobody listens there.
    var isAbsence: Bool { code == ENOENT || code == ECONNREFUSED }
}

extension StartupError {
    static func badHandoverPath(_ path: String) -> StartupError {
        StartupError("--handover-socket '\(path)' is no path that a socket can have: it must have 1 to about 90 bytes.")
    }
}
