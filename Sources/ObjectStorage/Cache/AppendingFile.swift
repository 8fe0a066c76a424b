import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `write(2)`, under a name that a method called `write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// A file that grows at its end: a partial download.
final class AppendingFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CacheFile.failure("open", path) }
    }

    deinit { close(descriptor) }

    func append(_ buffer: ByteBuffer) throws(StoreError) {
        let isWritten = buffer.withUnsafeReadableBytes { append($0) }
        guard isWritten else { throw CacheFile.failure("write", path) }
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(StoreError) {
        let isWritten = bytes.withUnsafeBytes { append($0) }
        guard isWritten else { throw CacheFile.failure("write", path) }
    }

    /// Puts the content on the disk, and makes the file one that nobody writes.
    func finish() throws(StoreError) {
        guard fsync(descriptor) == 0, fchmod(descriptor, 0o444) == 0 else {
            throw CacheFile.failure("write", path)
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress else { break }
            let count = systemWrite(descriptor, base, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
