#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A Unix stream socket over which processes of one user exchange lines, and descriptors with them. Calls block.
///
/// Thread-safe: what may happen on several threads at a time is one `receive` or `accept`, one `send`, and `shutDown`.
final class LocalSocket: Sendable {
    /// What a call of the system said.
    struct Failure: Error, CustomStringConvertible {
        var code: Int32
        var description: String { String(cString: strerror(code)) }
    }

    /// A line, and the descriptors that came with it, which belong to whoever receives them.
    struct Message {
        var line: String
        var descriptors: [Int32]
    }

    private static let maximumLineBytes = 1024
    private static let maximumDescriptors = 16

    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    private convenience init() throws(Failure) {
        let descriptor = socket(AF_UNIX, Self.streams, 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.init(descriptor)
    }

    deinit { close(descriptor) }

    static func connected(to address: UnixSocketAddress) throws(Failure) -> LocalSocket {
        let socket = try LocalSocket()
        let status = address.withSockAddr { connect(socket.descriptor, $0, $1) }
        guard status == 0 else { throw Failure(code: errno) }
        return socket
    }

    /// Listens at a path where nothing is; only this user's processes can connect.
    static func listening(at path: String, _ address: UnixSocketAddress) throws(Failure) -> LocalSocket {
        let socket = try LocalSocket()
        let status = address.withSockAddr { bind(socket.descriptor, $0, $1) }
        // Nobody can connect before `listen`.
        guard status == 0, chmod(path, 0o600) == 0 else { throw Failure(code: errno) }
        try socket.listenForOne()
        return socket
    }

    private func listenForOne() throws(Failure) {
        guard listen(descriptor, 1) == 0 else { throw Failure(code: errno) }
    }

    /// The next connection of a listening socket; `nil` once it is shut down.
    func accepted() -> LocalSocket? {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return LocalSocket(connection)
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Ends calls that wait, on any thread.
    func shutDown() { _ = shutdown(descriptor, Self.bothWays) }

    /// How long `receive` waits; zero is without end.
    func setReceiveTimeout(_ timeout: Duration) {
        var time = timeval()
        time.tv_sec = time_t(timeout.components.seconds)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Who is at the other end; `nil` if the system does not say.
    var peerUserID: UInt32? {
        #if os(Linux)
            // struct ucred: process, user, group.
            var credentials: (Int32, UInt32, UInt32) = (0, 0, 0)
            var size = socklen_t(MemoryLayout.size(ofValue: credentials))
            guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
            return credentials.1
        #else
            var (user, group) = (uid_t(), gid_t())
            return getpeereid(descriptor, &user, &group) == 0 ? user : nil
        #endif
    }

    /// Sends a line without its end, and copies of descriptors.
    func send(_ line: String, descriptors: [Int32] = []) throws(Failure) {
        var bytes = Array((line + "\n").utf8)
        let header = MemoryLayout<cmsghdr>.stride
        var control = [UInt8](repeating: 0, count: header + descriptors.count * MemoryLayout<Int32>.size)
        control.withUnsafeMutableBytes { memory in
            memory.storeBytes(of: .init(memory.count), toByteOffset: 0, as: ControlLength.self)
            memory.storeBytes(of: SOL_SOCKET, toByteOffset: Self.levelOffset, as: Int32.self)
            memory.storeBytes(of: Self.rights, toByteOffset: Self.levelOffset + 4, as: Int32.self)
            descriptors.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: memory[header...]).copyMemory(from: $0)
            }
        }
        let count = bytes.count
        let sent = bytes.withUnsafeMutableBytes { bytes in
            control.withUnsafeMutableBytes { control in
                var part = iovec(iov_base: bytes.baseAddress, iov_len: count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    if !descriptors.isEmpty {
                        message.msg_control = control.baseAddress
                        message.msg_controllen = .init(control.count)
                    }
                    return sendmsg(descriptor, &message, Self.sendFlags)
                }
            }
        }
        guard sent == count else { throw Failure(code: sent < 0 ? errno : EMSGSIZE) }
    }

    /// The next line; `nil` when the other end has gone. Descriptors that come with a line that is too long are closed.
    func receive() throws(Failure) -> Message? {
        var message = Message(line: "", descriptors: [])
        var line: [UInt8] = []
        do throws(Failure) {
            // Lines are short and rare: one byte at a time leaves the next one where it is.
            while let byte = try receiveByte(&message.descriptors) {
                if byte == UInt8(ascii: "\n") {
                    message.line = String(decoding: line, as: UTF8.self)
                    return message
                }
                line.append(byte)
                guard line.count <= Self.maximumLineBytes else { throw Failure(code: EMSGSIZE) }
            }
        } catch {
            for descriptor in message.descriptors { close(descriptor) }
            throw error
        }
        for descriptor in message.descriptors { close(descriptor) }
        return nil
    }

    private func receiveByte(_ descriptors: inout [Int32]) throws(Failure) -> UInt8? {
        var byte: UInt8 = 0
        var control = [UInt8](
            repeating: 0,
            count: MemoryLayout<cmsghdr>.stride + Self.maximumDescriptors * MemoryLayout<Int32>.size)
        var controlCount = 0
        var received = 0
        repeat {
            received = withUnsafeMutableBytes(of: &byte) { byte in
                control.withUnsafeMutableBytes { control in
                    var part = iovec(iov_base: byte.baseAddress, iov_len: 1)
                    return withUnsafeMutablePointer(to: &part) { part in
                        var message = msghdr()
                        message.msg_iov = part
                        message.msg_iovlen = 1
                        message.msg_control = control.baseAddress
                        message.msg_controllen = .init(control.count)
                        let count = recvmsg(descriptor, &message, Self.receiveFlags)
                        controlCount = count > 0 ? Int(message.msg_controllen) : 0
                        return count
                    }
                }
            }
        } while received < 0 && errno == EINTR
        guard received >= 0 else { throw Failure(code: errno) }
        descriptors += Self.descriptors(in: control.prefix(controlCount))
        return received == 0 ? nil : byte
    }

    /// Those of the first control message, which is the only one that a Unix socket of this kind has.
    private static func descriptors(in control: ArraySlice<UInt8>) -> [Int32] {
        control.withUnsafeBytes { memory in
            let header = MemoryLayout<cmsghdr>.stride
            guard memory.count >= header,
                memory.loadUnaligned(fromByteOffset: levelOffset, as: Int32.self) == SOL_SOCKET,
                memory.loadUnaligned(fromByteOffset: levelOffset + 4, as: Int32.self) == rights
            else { return [] }
            let length = min(Int(memory.loadUnaligned(as: ControlLength.self)), memory.count)
            let size = MemoryLayout<Int32>.size
            return stride(from: header, through: length - size, by: size).map {
                memory.loadUnaligned(fromByteOffset: $0, as: Int32.self)
            }
        }
    }

    // struct cmsghdr: its length, then level and type.
    #if canImport(Glibc)
        private typealias ControlLength = Int
        private static let streams = Int32(SOCK_STREAM.rawValue)
        private static let bothWays = Int32(SHUT_RDWR)
        private static let sendFlags = Int32(MSG_NOSIGNAL)
        private static let receiveFlags = Int32(MSG_CMSG_CLOEXEC)
        private static let rights = Int32(SCM_RIGHTS)
    #elseif canImport(Musl)
        private typealias ControlLength = Int
        private static let streams = SOCK_STREAM
        private static let bothWays = SHUT_RDWR
        private static let sendFlags = MSG_NOSIGNAL
        private static let receiveFlags = MSG_CMSG_CLOEXEC
        private static let rights: Int32 = 1
    #else
        private typealias ControlLength = UInt32
        private static let streams = SOCK_STREAM
        private static let bothWays = SHUT_RDWR
        private static let sendFlags: Int32 = 0
        private static let receiveFlags: Int32 = 0
        private static let rights = SCM_RIGHTS
    #endif
    private static let levelOffset = MemoryLayout<ControlLength>.size
}
