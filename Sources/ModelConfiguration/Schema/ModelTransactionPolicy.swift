/// Whether responses are decoupled from requests (message `ModelTransactionPolicy`).
public struct ModelTransactionPolicy: Sendable, Hashable {
    public var decoupled = false
    public init() {}
}
