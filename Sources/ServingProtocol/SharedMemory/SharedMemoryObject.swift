import InferenceTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open POSIX shared memory object, closed with the last reference.
///
/// It is read and written as a file and never mapped: its client may cut it short at any moment, which a mapping
/// answers with SIGBUS and a file with a short count. Thread-safe.
final class SharedMemoryObject: Sendable {
    /// The longest name of a file.
    private static let maximumKeyBytes = 255

    private let descriptor: Int32

    /// Opens the object, if there is one and it is memory; `nil` otherwise.
    init?(key: String) {
        guard Self.isName(key) else { return nil }
        // Variadic in some C libraries, which Swift does not import.
        descriptor = key.withCString { shm_open($0, O_RDWR, 0) }
        guard descriptor >= 0 else { return nil }
        guard let status = Self.status(descriptor), status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Whether `key` names an object in the one folder that they have: slashes in front, then a file name.
    private static func isName(_ key: String) -> Bool {
        let name = key.utf8.drop { $0 == UInt8(ascii: "/") }
        return !name.isEmpty && name.count <= maximumKeyBytes
            && !name.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }

    private static func status(_ descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Its size now, in bytes; `nil` when the system does not tell.
    var byteSize: UInt64? {
        guard let size = Self.status(descriptor)?.st_size else { return nil }
        return UInt64(exactly: size)
    }

    /// Fills `memory` with the bytes at `offset`. Returns how many there were.
    func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer) -> Int {
        var done = 0
        while done < memory.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        return done
    }

    /// Writes `bytes` at `offset`. Returns how many could be written.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}
