public import ModelConfiguration

extension ModelVersionPolicy {
    /// The versions to serve out of those that exist, ascending. Versions that are named but missing are left out.
    public func selection(from available: some Sequence<Int64>) -> [Int64] {
        let sorted = Set(available).sorted()
        switch self {
        case .latest(let count): return Array(sorted.suffix(Int(count)))
        case .all: return sorted
        case .specific(let wanted): return sorted.filter(Set(wanted).contains)
        }
    }
}
