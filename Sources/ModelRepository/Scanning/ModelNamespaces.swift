import ModelConfiguration

/// Which namespaces have a model of a name. Where there are no namespaces, the only one has the empty name.
public struct ModelNamespaces: Sendable, Hashable {
    private var namespaces: [String: Set<String>] = [:]

    public init() {}

    public mutating func insert(_ name: String, in namespace: String) {
        namespaces[name, default: []].insert(namespace)
    }

    public mutating func merge(_ others: ModelNamespaces) {
        namespaces.merge(others.namespaces) { $0.union($1) }
    }

    /// What the models of a name are known by, sorted; the name itself if there is none.
    public func qualifiedNames(of name: String) -> [String] {
        (namespaces[name] ?? [""]).sorted().map { QualifiedModelName.text(name, in: $0) }
    }

    /// Where the composing model of an ensemble is: in the namespace of the ensemble, or else in the only one that has it.
    /// `nil` if none has it, or several.
    public func namespace(ofComposing name: String, in own: String) -> String? {
        guard let found = namespaces[name] else { return nil }
        if found.contains(own) { return own }
        return found.count == 1 ? found.first : nil
    }
}
