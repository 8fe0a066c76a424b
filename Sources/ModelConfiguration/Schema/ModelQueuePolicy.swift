/// Time-outs and size of a request queue (message `ModelQueuePolicy`).
public struct ModelQueuePolicy: Sendable, Hashable {
    public enum TimeoutAction: Int32, Sendable, CaseIterable { case reject = 0, delay = 1 }

    public var timeoutAction = TimeoutAction.reject
    public var defaultTimeoutMicroseconds: UInt64 = 0
    public var allowTimeoutOverride = false
    /// 0 is unlimited.
    public var maxQueueSize: UInt32 = 0

    public init() {}
}
