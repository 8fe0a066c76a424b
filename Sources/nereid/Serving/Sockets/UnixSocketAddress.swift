#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The address of a Unix socket: a path, or on Linux a name that is no file and is written with an "@" before it.
struct UnixSocketAddress {
    private var address = sockaddr_un()
    private var length: Int

    /// `nil` if the path is empty or longer than the system allows.
    init?(_ path: String) {
        var bytes = Array(path.utf8)
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let isAbstract = bytes.first == UInt8(ascii: "@")
        // A path ends with a zero byte; an abstract name begins with one, and ends with its length.
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        guard bytes.count > 1, !path.utf8.contains(0), offset + bytes.count <= MemoryLayout<sockaddr_un>.size else {
            return nil
        }
        address.sun_family = sa_family_t(AF_UNIX)
        length = offset + bytes.count
        withUnsafeMutableBytes(of: &address) { memory in
            memory[offset...].copyBytes(from: bytes)
        }
    }

    func withSockAddr<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
