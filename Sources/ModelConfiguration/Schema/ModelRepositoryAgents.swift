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
