/// Which contents leave the cache so that it fits its limit: those not used for the longest time, and none that is in
/// use. A pure value.
struct EvictionPlan: Equatable {
    struct Content: Equatable {
        /// SHA-256 in hexadecimal.
        var digest: String
        /// In bytes.
        var size: Int64
        /// Seconds since the epoch.
        var lastUse: Int64
        var isInUse: Bool
    }

    /// Digests, the least recently used one first.
    var leaving: [String] = []
    /// Bytes that remain.
    var remaining: Int64 = 0

    init(_ contents: [Content], limit: Int64) {
        remaining = contents.reduce(0) { $0 + $1.size }
        let candidates = contents.filter { !$0.isInUse }.sorted { ($0.lastUse, $0.digest) < ($1.lastUse, $1.digest) }
        for content in candidates where remaining > limit {
            leaving.append(content.digest)
            remaining -= content.size
        }
    }
}
