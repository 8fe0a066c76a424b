/// What a request wants of one output, in any protocol.
public struct RequestedOutput: Sendable {
    public var name: String
    /// The number of classes to return instead of the tensor; 0 returns the tensor.
    public var classCount: UInt64
    /// Where to write the tensor instead of sending it.
    public var sharedMemory: SharedMemoryRange?

    public init(name: String, classCount: UInt64 = 0, sharedMemory: SharedMemoryRange? = nil) {
        self.name = name
        self.classCount = classCount
        self.sharedMemory = sharedMemory
    }
}
