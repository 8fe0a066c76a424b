public import InferenceTypes

/// A part of a registered region that a request uses.
///
/// Holding it keeps the shared memory open, though the region may be unregistered meanwhile. The size of the object is
/// looked at again on each use, because its client can change it at any time.
public struct SharedMemoryRange: Sendable {
    public let regionName: String
    public let byteCount: Int
    private let object: SharedMemoryObject
    /// From the start of the object.
    private let offset: Int

    /// The range has been checked to lie in the region.
    init(_ object: SharedMemoryObject, regionName: String, offset: Int, byteCount: Int) {
        self.object = object
        self.regionName = regionName
        self.offset = offset
        self.byteCount = byteCount
    }

    /// A copy of the bytes, which the client can no longer change.
    ///
    /// - Throws: `invalidArgument` when the object has become shorter than its region, `unavailable` when there is no memory.
    public func read() throws(ServingError) -> TensorBytes {
        guard byteCount > 0 else { return .empty }
        try checkSize()
        guard let buffer = TensorBuffer(attempting: byteCount) else {
            throw ServingError(.unavailable, "the server has no memory for \(byteCount) bytes of shared memory")
        }
        guard object.read(at: offset, into: buffer.bytes) == byteCount else { throw shrunk }
        return TensorBytes(buffer)
    }

    /// Writes `bytes`, which are at most `byteCount`, to the start of the range.
    ///
    /// - Throws: `invalidArgument` when the object has become shorter than its region, `internal` when the system has no
    ///   memory for it.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ServingError) {
        guard !bytes.isEmpty else { return }
        // Writing behind the end would make the object longer.
        try checkSize()
        guard object.write(bytes, at: offset) == bytes.count else {
            throw ServingError(.internal, "failed to write to shared memory region '\(regionName)'")
        }
    }

    private func checkSize() throws(ServingError) {
        guard let size = object.byteSize, size >= UInt64(offset + byteCount) else { throw shrunk }
    }

    private var shrunk: ServingError {
        ServingError(
            .invalidArgument,
            "shared memory region '\(regionName)' has become shorter than it was when it was registered")
    }
}
