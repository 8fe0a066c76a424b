/// What the status of a system shared memory region tells: what it was registered with.
public struct SharedMemoryStatus: Sendable, Hashable {
    public var name: String
    public var key: String
    /// Where the region begins in the shared memory object, in bytes.
    public var offset: UInt64
    public var byteSize: UInt64

    public init(name: String, key: String, offset: UInt64, byteSize: UInt64) {
        self.name = name
        self.key = key
        self.offset = offset
        self.byteSize = byteSize
    }
}
