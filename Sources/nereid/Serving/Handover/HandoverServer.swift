import InferenceEngine
import InferenceTypes
import Logging
import ServerTransport
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The side of a handover that gives the ports away: waits at a path for a server that wants them.
///
/// Thread-safe. Exchanges one handover at a time, on a thread of its own.
final class HandoverServer: Sendable {
    private struct State {
        var listener: LocalSocket?
        var file: FileIdentity?
        /// The server that takes the ports, from its first word.
        var successor: LocalSocket?
        var isHandedOver = false
    }

    private struct FileIdentity: Equatable {
        var device: UInt64
        var inode: UInt64

        init?(path: String) {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    private static let greetingTime = Duration.seconds(10)

    private let path: String
    private let sockets: [(endpoint: ServingEndpoint, socket: ListeningSocket)]
    private let logger: Logger
    private let onHandedOver: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameter onHandedOver: called on the thread of this server when another one serves the ports.
    init(
        path: String, sockets: ServingSockets, logger: Logger, onHandedOver: @escaping @Sendable () -> Void
    ) {
        self.path = path
        self.sockets = ServingEndpoint.allCases.compactMap { endpoint in sockets[endpoint].map { (endpoint, $0) } }
        self.logger = logger
        self.onHandedOver = onHandedOver
    }

    /// Waits at the path from now on, in place of a socket that is there.
    func start() throws(StartupError) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK {
            throw StartupError("--handover-socket '\(path)' is there already and is no socket; give another path.")
        }
        // The path always leads to a server that answers: the new socket takes the place of the old one at one moment.
        let temporary = "\(path).\(ProcessEnvironment.processID)"
        guard let address = UnixSocketAddress(temporary), !path.hasPrefix("@") else { throw .badHandoverPath(path) }
        let listener: LocalSocket
        do {
            unlink(temporary)
            listener = try LocalSocket.listening(at: temporary, address)
        } catch {
            throw StartupError("cannot wait at --handover-socket '\(path)': \(error).")
        }
        let file = FileIdentity(path: temporary)
        guard rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw StartupError("cannot wait at --handover-socket '\(path)': \(reason).")
        }
        state.withLock { state in
            state.listener = listener
            state.file = file
        }
        do throws(ServingError) {
            try OSThread.start(name: "handover") { [self] in
                while let peer = listener.accepted() {
                    if exchange(with: peer) { break }
                }
            }
        } catch {
            throw StartupError(error.message)
        }
    }

    /// Returns whether the ports have another server now.
    private func exchange(with peer: LocalSocket) -> Bool {
        guard peer.peerUserID == ProcessEnvironment.userID else {
            logger.warning("a process of another user asked for the ports, and got nothing")
            return false
        }
        peer.setReceiveTimeout(Self.greetingTime)
        guard let hello = try? peer.receive(), HandoverMessage(line: hello.line) == .hello else {
            logger.warning(
                "something at --handover-socket asked for the ports in words that this version does not know")
            return false
        }
        let names = sockets.map { HandoverMessage.Socket(name: $0.endpoint.rawValue, isShared: $0.socket.isShared) }
        guard give(names, to: peer) else { return false }
        logger.info("another server is given the ports, and takes them over once it is ready")
        // However long its models take to load.
        peer.setReceiveTimeout(.zero)
        if let answer = try? peer.receive(), HandoverMessage(line: answer.line) == .serving {
            state.withLock { $0.isHandedOver = true }
            onHandedOver()
            return true
        }
        logger.warning("the other server did not take the ports over; this one goes on")
        state.withLock { $0.successor = nil }
        for (name, own) in zip(names, sockets) { own.socket.setShared(name.isShared) }
        return false
    }

    private func give(_ names: [HandoverMessage.Socket], to peer: LocalSocket) -> Bool {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        do {
            for (_, socket) in sockets { descriptors.append(try socket.duplicate()) }
            for (_, socket) in sockets { socket.setShared(true) }
            state.withLock { $0.successor = peer }
            try peer.send(HandoverMessage.sockets(names).line, descriptors: descriptors)
            return true
        } catch {
            logger.warning("the ports cannot be given to another server: \(error)")
            state.withLock { $0.successor = nil }
            for (name, own) in zip(names, sockets) { own.socket.setShared(name.isShared) }
            return false
        }
    }

    /// Tells the server that has taken over that this one has left the ports.
    func confirm() {
        guard let successor = state.withLock({ $0.successor }) else { return }
        try? successor.send(HandoverMessage.released.line)
    }

    /// Waits no more. The path is left to a server that has taken over, which waits there by then or soon.
    func stop() {
        let (listener, file, isHandedOver) = state.withLock { state in
            (state.listener.take(), state.file, state.isHandedOver)
        }
        guard let listener else { return }
        listener.shutDown()
        if !isHandedOver, let file, FileIdentity(path: path) == file { unlink(path) }
    }
}
