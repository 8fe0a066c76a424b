/// Response cache switch (message `ModelResponseCache`).
public struct ModelResponseCache: Sendable, Hashable {
    public var enable = false
    public init() {}
}
