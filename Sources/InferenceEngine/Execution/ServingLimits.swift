/// Limits of each model version, so that no client can make the server hold more than it has room for.
public struct ServingLimits: Sendable, Hashable {
    /// Requests that may wait for an instance of one model version; more are refused.
    public var maximumQueueSize = 16_384
    /// Sequences of one model version that may be active at once.
    public var maximumActiveSequences = 65_536
    /// Model instances of one model version.
    public var maximumInstances = 1_024

    /// Runs of different shapes that a model may ask for before it is ready.
    public var maximumWarmupShapes = 256
    /// How long an instance may take for these; the rest is left out then.
    public var warmupShapeTime = Duration.seconds(60)

    public init() {}
}
