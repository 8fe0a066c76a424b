/// The tensors of an ensemble, as the models that were looked at so far describe them.
struct EnsembleTensorTable {
    private var tensors: [String: EnsembleTensor] = [:]
    private var told: Set<String> = []

    /// What the ensemble itself says, as an input or an output.
    mutating func declare(_ name: String, _ tensor: EnsembleTensor) { tensors[name] = tensors[name] ?? tensor }

    /// Adds what a step says. Returns how it differs from what is known; the same difference between the same models is
    /// told once, for the first of their tensors.
    mutating func merge(_ found: EnsembleTensor, as name: String) -> String? {
        guard let known = tensors[name] else {
            tensors[name] = found
            return nil
        }
        guard let difference = known.difference(from: found), told.insert(difference).inserted else { return nil }
        return difference
    }
}
