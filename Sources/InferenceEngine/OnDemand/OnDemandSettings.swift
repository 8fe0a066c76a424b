/// How models come into memory at first use and leave it again.
public struct OnDemandSettings: Sendable, Hashable {
    /// Bytes that the models in memory may take together.
    public var memoryBudget: Int
    /// Models that load at start and never leave to make room.
    public var pinnedModels: Set<String> = []
    /// Requests that may wait for models at one time; more are refused.
    public var maximumWaiting = 1024
    /// How long a request waits for its model before it is refused.
    public var maximumWait = Duration.seconds(60)
    /// How long a model that has loaded stays, whoever else wants its room.
    public var minimumResidence = Duration.seconds(1)
    /// How long an idle model to make room is looked for before busy ones get no further requests.
    public var patience = Duration.milliseconds(500)
    /// After a failed load requests hear the same cause for this long; twice as long after each further failure.
    public var firstBackOff = Duration.milliseconds(500)
    public var longestBackOff = Duration.seconds(10)

    public init(memoryBudget: Int) { self.memoryBudget = memoryBudget }
}
