package import InferenceTypes
internal import NIOCore
internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The socket on which the connections of one protocol arrive.
///
/// Thread-safe. It is bound from the beginning, so that its port is known and taken, and listens from `listen` on or since
/// before it was passed to this process. Owns its descriptor until `release`.
package final class ListeningSocket: Sendable {
    private struct State {
        /// `nil` after `release`.
        var descriptor: CInt?
        var isShared: Bool
    }

    /// Connections that may wait to be accepted.
    private static let backlog: CInt = 1024

    /// As the system writes it; empty where it cannot be told.
    package let host: String
    package let port: Int
    /// Whether other servers may have sockets of their own on the port.
    package let reusesPort: Bool
    /// Whether it was passed to this process.
    package let wasPassed: Bool
    private let state: Mutex<State>

    /// Binds a new socket.
    ///
    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address, or a host name.
    ///   - port: 0 lets the system choose.
    /// - Throws: an `IOError`, or what the resolution of the name throws.
    package init(host: String, port: Int, reusesPort: Bool) throws {
        let wanted = try SocketAddress.makeAddressResolvingHost(host, port: port)
        let descriptor = socket(CInt(wanted.protocol.rawValue), Self.streams, 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            try Self.enable(SO_REUSEADDR, descriptor)
            if reusesPort { try Self.enable(SO_REUSEPORT, descriptor) }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let status = wanted.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
            guard status == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
        } catch {
            close(descriptor)
            throw error
        }
        let bound = Self.address(of: descriptor)
        self.host = bound?.ipAddress ?? ""
        self.port = bound?.port ?? port
        self.reusesPort = reusesPort
        wasPassed = false
        state = Mutex(State(descriptor: descriptor, isShared: false))
    }

    /// Takes over a listening TCP socket that was passed to this process, which others may have too.
    ///
    /// - Throws: `invalidArgument` for any other descriptor, which stays as it is.
    package init(adopting descriptor: CInt) throws(ServingError) {
        guard Self.option(SO_TYPE, descriptor) == Self.streams, Self.option(SO_ACCEPTCONN, descriptor) == 1,
            let bound = Self.address(of: descriptor), let port = bound.port
        else {
            throw ServingError(
                .invalidArgument,
                "descriptor \(descriptor), which was passed to this process, is no listening TCP socket")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        host = bound.ipAddress ?? ""
        self.port = port
        reusesPort = Self.option(SO_REUSEPORT, descriptor) == 1
        wasPassed = true
        state = Mutex(State(descriptor: descriptor, isShared: true))
    }

    deinit { release() }

    /// Whether other processes have this same socket, so that it goes on when this process leaves it.
    package var isShared: Bool { state.withLock { $0.isShared } }

    package func setShared(_ isShared: Bool) { state.withLock { $0.isShared = isShared } }

    /// Connections arrive from now on. Throws an `IOError`.
    package func listen() throws { try withDescriptor { try Self.listen($0) } }

    /// A further descriptor of the same socket, which the caller closes. Throws an `IOError`.
    package func duplicate() throws -> CInt {
        try withDescriptor { descriptor in
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { throw IOError(errnoCode: errno, reason: "fcntl") }
            return copy
        }
    }

    /// Calls `body` with the descriptor, which stays open meanwhile. Throws EBADF after `release`.
    package func withDescriptor<Value>(_ body: (CInt) throws -> Value) throws -> Value {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { throw IOError(errnoCode: EBADF, reason: "closed") }
            return try body(descriptor)
        }
    }

    /// Makes the system ignore those who ask for a connection from now on; their systems ask again, and again, until
    /// another server listens there or nobody does. Connections that are being set up or wait are not touched.
    ///
    /// Returns whether the system can do that. Concerns every process that has this socket, and cannot be undone.
    package func ignoreNewConnections() -> Bool {
        (try? withDescriptor { NewConnectionFilter.attach(to: $0) }) ?? false
    }

    /// Whether connections wait to be accepted.
    package var hasWaitingConnections: Bool {
        let isReadable = try? withDescriptor { descriptor in
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 0) > 0
        }
        return isReadable ?? false
    }

    /// Closes this process's descriptor.
    package func release() {
        let descriptor = state.withLock { $0.descriptor.take() }
        if let descriptor { close(descriptor) }
    }

    #if canImport(Glibc)
        private static let streams = CInt(SOCK_STREAM.rawValue)
    #else
        private static let streams = SOCK_STREAM
    #endif

    private static func listen(_ descriptor: CInt) throws {
        #if canImport(Darwin)
            let status = Darwin.listen(descriptor, backlog)
        #elseif canImport(Musl)
            let status = Musl.listen(descriptor, backlog)
        #else
            let status = Glibc.listen(descriptor, backlog)
        #endif
        guard status == 0 else { throw IOError(errnoCode: errno, reason: "listen") }
    }

    private static func enable(_ option: CInt, _ descriptor: CInt) throws {
        var value: CInt = 1
        guard setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
            throw IOError(errnoCode: errno, reason: "setsockopt")
        }
    }

    private static func option(_ option: CInt, _ descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 else { return nil }
        return value
    }

    private static func address(of descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &size) == 0 else { return nil }
                switch CInt(address.pointee.sa_family) {
                case AF_INET:
                    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        SocketAddress($0.pointee, host: "")
                    }
                case AF_INET6:
                    return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        SocketAddress($0.pointee, host: "")
                    }
                default: return nil
                }
            }
        }
    }
}
