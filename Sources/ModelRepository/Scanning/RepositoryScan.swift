public import InferenceTypes

/// What a look at the model repositories found.
public struct RepositoryScan: Sendable {
    /// Model name, with its namespace -> its directories, one for each repository that has one; more than one makes the
    /// name ambiguous.
    public var models: [String: [ModelDirectory]]
    /// Model directories that could not be read, and why.
    public var unreadable: [String: ServingError]
    public var namespaces: ModelNamespaces
    public var notes: [ScanNote]

    public init(
        models: [String: [ModelDirectory]] = [:], unreadable: [String: ServingError] = [:],
        namespaces: ModelNamespaces = ModelNamespaces(), notes: [ScanNote] = []
    ) {
        self.models = models
        self.unreadable = unreadable
        self.namespaces = namespaces
        self.notes = notes
    }

    /// The stamps of everything that was found under a name, by path; empty when there is nothing.
    public func fingerprint(of name: String) -> [String: ModelStamps] {
        var fingerprint: [String: ModelStamps] = [:]
        for directory in models[name] ?? [] { fingerprint[directory.path] = directory.stamps }
        return fingerprint
    }
}
