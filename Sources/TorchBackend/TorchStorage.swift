import InferenceTypes

/// A piece of memory that tensors of a module lie in.
struct TorchStorage: Sendable, Hashable {
    /// Equal for the same piece, also in clones that share it.
    var identity: UInt
    var byteCount: UInt64
    /// `nil` for memory of the machine.
    var gpu: Int32?

    static func memoryUsage(_ storages: [TorchStorage]) -> [MemoryUsage] {
        MemoryUsage.total(
            storages.map {
                MemoryUsage(type: $0.gpu == nil ? .cpu : .gpu, id: Int64($0.gpu ?? 0), byteSize: $0.byteCount)
            })
    }
}
