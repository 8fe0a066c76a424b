/// Custom operator libraries (message `ModelOperations`).
public struct ModelOperations: Sendable, Hashable {
    public var opLibraryFilenames: [String] = []
    public init() {}
}

/// Whether responses are decoupled from requests (message `ModelTransactionPolicy`).
public struct ModelTransactionPolicy: Sendable, Hashable {
    public var decoupled = false
    public init() {}
}

/// Repository agents (message `ModelRepositoryAgents`).
public struct ModelRepositoryAgents: Sendable, Hashable {
    public struct Agent: Sendable, Hashable {
        public var name = ""
        public var parameters: [String: String] = [:]
        public init() {}
    }
    public var agents: [Agent] = []
    public init() {}
}

/// Response cache switch (message `ModelResponseCache`).
public struct ModelResponseCache: Sendable, Hashable {
    public var enable = false
    public init() {}
}
