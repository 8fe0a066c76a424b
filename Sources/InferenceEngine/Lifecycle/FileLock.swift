#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a file that this process holds until it is freed, or until the process ends in whatever way.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// `nil` if the file exists, or somebody took its lock before this could.
    convenience init?(creating path: String) {
        self.init(descriptor: open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600))
    }

    /// `nil` if the file does not exist, or its lock is held.
    convenience init?(existing path: String) {
        self.init(descriptor: open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW))
    }

    private init?(descriptor: Int32) {
        guard descriptor >= 0 else { return nil }
        var status = stat()
        // A file without a name was deleted by whoever held the lock before.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
