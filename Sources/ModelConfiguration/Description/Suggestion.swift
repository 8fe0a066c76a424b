/// Finds what someone most likely meant by a misspelt name.
enum Suggestion {
    /// The field whose name is nearest, or `nil` when none is near.
    static func field(like name: String, among candidates: [String]) -> String? {
        let written = normalized(name)
        if let meant = synonyms[written]?.first(where: candidates.contains) { return meant }
        return nearest(to: written, among: candidates)
    }

    /// The longest field whose name contains the other or is contained in it: "version" for "version_policy".
    static func field(sharingWordsWith name: String, among candidates: [String]) -> String? {
        let written = normalized(name)
        guard written.count >= 4 else { return nil }
        return candidates.filter { normalized($0).contains(written) || written.contains(normalized($0)) }
            .max { $0.count < $1.count }
    }

    /// The enum value whose name is nearest, or `nil` when none is near. `aliases` has its keys in capitals.
    static func enumValue(like name: String, among candidates: [String], aliases: [String: String]) -> String? {
        let capitals = name.uppercased()
        if candidates.contains(capitals) { return capitals }
        let prefix = commonPrefix(of: candidates)
        let core = capitals.hasPrefix(prefix) ? String(capitals.dropFirst(prefix.count)) : capitals
        if candidates.contains(prefix + core) { return prefix + core }
        if let meant = aliases[core] { return meant }
        return nearest(to: normalized(prefix + core), among: candidates)
    }

    /// Field names of other servers and libraries, without underscores, and what they are called here.
    private static let synonyms: [String: [String]] = [
        "shape": ["dims"], "dim": ["dims"], "dimensions": ["dims"], "dtype": ["data_type"], "datatype": ["data_type"],
        "type": ["data_type"], "batchsize": ["max_batch_size"], "ensemble": ["ensemble_scheduling"],
        "steps": ["step"], "instances": ["instance_group"], "filename": ["default_model_filename"],
        "modelfile": ["default_model_filename"], "decoupled": ["model_transaction_policy"],
        "warmup": ["model_warmup"], "cache": ["response_cache"], "labels": ["label_filename"],
    ]

    private static func nearest(to written: String, among candidates: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let target = normalized(candidate)
            let allowed = max(1, min(written.count, target.count) / 3)
            let distance = EditDistance.between(written, target, notAbove: allowed)
            if let distance, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func normalized(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }

    /// The shared beginning up to an underscore: `TYPE_`.
    private static func commonPrefix(of names: [String]) -> String {
        guard let first = names.first, let end = first.firstIndex(of: "_") else { return "" }
        let prefix = String(first[...end])
        return names.allSatisfy { $0.hasPrefix(prefix) } ? prefix : ""
    }
}
