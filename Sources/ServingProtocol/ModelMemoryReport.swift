/// What answers to load and unload requests tell about memory, beside what Triton answers: as header fields over HTTP, as
/// trailing metadata over gRPC.
public struct ModelMemoryReport: Sendable, Hashable {
    /// What the versions of the model take that are ready: after a load what they took, with an unload what comes back.
    public var modelByteSize: UInt64
    /// The memory of the whole process at this moment; `nil` where the system does not tell.
    public var residentByteSize: UInt64?

    public init(modelByteSize: UInt64, residentByteSize: UInt64?) {
        self.modelByteSize = modelByteSize
        self.residentByteSize = residentByteSize
    }

    /// Names in lower case, and values in bytes.
    public var fields: [(name: String, value: String)] {
        var fields = [(name: "nereid-model-memory-bytes", value: String(modelByteSize))]
        if let residentByteSize { fields.append(("nereid-resident-memory-bytes", String(residentByteSize))) }
        return fields
    }
}
