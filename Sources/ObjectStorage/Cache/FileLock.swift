#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock between processes, on a file; it is given back with the object, or with the process.
final class FileLock: Sendable {
    enum Mode: Sendable {
        case shared, exclusive
    }

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits for the lock. Blocks the thread.
    static func wait(_ path: String, _ mode: Mode) throws(StoreError) -> FileLock {
        guard let lock = try take(path, mode == .shared ? LOCK_SH : LOCK_EX) else {
            throw StoreError(.local, "the lock '\(path)' cannot be had")
        }
        return lock
    }

    /// - Returns: `nil` where another one holds the lock.
    static func tryExclusive(_ path: String) throws(StoreError) -> FileLock? { try take(path, LOCK_EX | LOCK_NB) }

    private static func take(_ path: String, _ operation: Int32) throws(StoreError) -> FileLock? {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw CacheFile.failure("open the lock", path) }
            let lock = FileLock(descriptor: descriptor)
            while flock(descriptor, operation) != 0 {
                if errno == EINTR { continue }
                guard errno == EWOULDBLOCK else { throw CacheFile.failure("lock", path) }
                return nil
            }
            // The file may have been removed since it was opened; then the lock is worth nothing.
            var own = stat()
            var current = stat()
            if fstat(descriptor, &own) == 0, stat(path, &current) == 0, own.st_ino == current.st_ino { return lock }
        }
    }
}
