/// How much memory a model takes on one device (`memory_usage` of the statistics extension).
public struct MemoryUsage: Sendable, Hashable {
    /// Triton's names for kinds of memory.
    public enum MemoryType: String, Sendable, Hashable, CaseIterable {
        case cpu = "CPU"
        case pinnedCPU = "CPU_PINNED"
        case gpu = "GPU"
    }

    public var type: MemoryType
    /// The number of the device; 0 for memory of the machine.
    public var id: Int64
    public var byteSize: UInt64

    public init(type: MemoryType, id: Int64 = 0, byteSize: UInt64) {
        self.type = type
        self.id = id
        self.byteSize = byteSize
    }

    /// One entry for each device, by type and number, without those that hold nothing.
    public static func total(_ usages: some Sequence<MemoryUsage>) -> [MemoryUsage] {
        var sums: [MemoryUsage] = []
        for usage in usages where usage.byteSize > 0 {
            if let index = sums.firstIndex(where: { $0.type == usage.type && $0.id == usage.id }) {
                let (sum, overflow) = sums[index].byteSize.addingReportingOverflow(usage.byteSize)
                sums[index].byteSize = overflow ? .max : sum
            } else {
                sums.append(usage)
            }
        }
        return sums.sorted { ($0.type.rawValue, $0.id) < ($1.type.rawValue, $1.id) }
    }
}

extension Sequence<MemoryUsage> {
    /// The bytes of all devices together.
    public var totalByteSize: UInt64 {
        reduce(0) { sum, usage in
            let (next, overflow) = sum.addingReportingOverflow(usage.byteSize)
            return overflow ? .max : next
        }
    }
}
