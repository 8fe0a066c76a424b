/// Limits of each model version, so that no client can make the server hold more than it has room for.
public struct ServingLimits: Sendable, Hashable {
    /// Requests that may wait for an instance of one model version; more are refused.
    public var maximumQueueSize = 16_384
    /// Sequences of one model version that may be active at once.
    public var maximumActiveSequences = 65_536
    /// Model instances of one model version.
    public var maximumInstances = 1_024

    public init() {}
}
