import InferenceTypes

/// Sizes of memory in log lines.
enum MemorySizeText {
    /// `300.1 MiB`
    static func mebibytes(_ bytes: UInt64) -> String {
        let tenths = (bytes / 1024 * 10 + 512) / 1024
        return "\(tenths / 10).\(tenths % 10) MiB"
    }

    /// `300.1 MiB`, or with GPUs `12.0 MiB (CPU), 300.1 MiB (GPU 0)`
    static func list(_ usages: [MemoryUsage]) -> String {
        if usages.count == 1, let usage = usages.first, usage.type == .cpu { return mebibytes(usage.byteSize) }
        return usages.map { usage in
            let place = usage.type == .gpu ? "GPU \(usage.id)" : usage.type.rawValue
            return "\(mebibytes(usage.byteSize)) (\(place))"
        }.joined(separator: ", ")
    }

    /// `; resident memory 512.0 MiB, 212.0 MiB before`, or nothing where it is not known.
    static func change(from before: UInt64?, to now: UInt64?) -> String {
        guard let before, let now else { return "" }
        return "; resident memory \(mebibytes(now)), \(mebibytes(before)) before"
    }
}
