import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells the service manager how the server is: the protocol of sd_notify(3), for units of `Type=notify`.
struct ServiceNotifier: Sendable {
    /// `nil` when nobody wants to know, or none of its kind can be told.
    private let address: UnixSocketAddress?
    private let logger: Logger

    /// - Parameter socket: the value of NOTIFY_SOCKET: a path, or a name in the abstract namespace ("@name").
    init(socket: String?, logger: Logger) {
        self.logger = logger
        guard let socket else {
            address = nil
            return
        }
        address = socket.hasPrefix("/") || socket.hasPrefix("@") ? UnixSocketAddress(socket) : nil
        if address == nil {
            logger.warning("NOTIFY_SOCKET is '\(socket)', which is no Unix socket: the service manager is told nothing")
        }
    }

    /// The server starts.
    func starting() { send(["STATUS=loading models"]) }

    /// The server serves; `status` is for people.
    func ready(_ status: String) { send(["READY=1", "STATUS=\(status)"]) }

    /// The server was told to stop.
    func stopping(_ status: String) { send(["STOPPING=1", "STATUS=\(status)"]) }

    private func send(_ assignments: [String]) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Self.datagrams, 0)
        guard descriptor >= 0 else { return complain() }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let message = Array(
            assignments.map { $0.split(separator: "\n").joined(separator: " ") }
                .joined(separator: "\n").utf8)
        let sent = address.withSockAddr { sendto(descriptor, message, message.count, Self.flags, $0, $1) }
        if sent != message.count { complain() }
    }

    private func complain() {
        logger.warning("the service manager could not be notified: \(String(cString: strerror(errno)))")
    }

    #if canImport(Glibc)
        private static let datagrams = Int32(SOCK_DGRAM.rawValue)
        private static let flags = Int32(MSG_NOSIGNAL)
    #elseif canImport(Musl)
        private static let datagrams = SOCK_DGRAM
        private static let flags = MSG_NOSIGNAL
    #else
        private static let datagrams = SOCK_DGRAM
        private static let flags: Int32 = 0
    #endif
}
