/// Whether clients may have the server read and write shared memory, and how much of it.
public struct SharedMemorySettings: Sendable, Hashable {
    /// Off, every registration is refused.
    public var isAllowed = false
    /// What keys may begin with, a leading slash aside; empty allows all keys but those of Triton's own Python backend.
    public var keyPrefixes: [String] = []
    /// Regions that may be registered at one time. Each takes a file descriptor.
    public var maximumRegions = 1024
    /// Bytes of all registered regions together.
    public var maximumBytes: UInt64 = 1 << 40
    /// Bytes that the inputs of one request may take from shared memory; they are copied.
    public var maximumRequestBytes = Int(Int32.max)

    public init() {}
}
