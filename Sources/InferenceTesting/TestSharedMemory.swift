import Foundation

/// A shared memory object of the test's own, removed with its last reference.
public final class TestSharedMemory: Sendable {
    public let key = "/nereid_test_\(UUID().uuidString)"
    private let descriptor: Int32

    public init(byteCount: Int) {
        descriptor = shm_open(key, O_CREAT | O_EXCL | O_RDWR, 0o600)
        precondition(descriptor >= 0)
        resize(byteCount)
    }

    deinit {
        close(descriptor)
        shm_unlink(key)
    }

    public func resize(_ byteCount: Int) { precondition(ftruncate(descriptor, off_t(byteCount)) == 0) }

    public var byteCount: Int {
        var status = stat()
        precondition(fstat(descriptor, &status) == 0)
        return Int(status.st_size)
    }

    public func write(_ bytes: [UInt8], at offset: Int = 0) {
        precondition(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    }

    public func read(_ count: Int, at offset: Int = 0) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(pread(descriptor, &bytes, count, off_t(offset)) == count)
        return bytes
    }
}
