/// The time that the model manager sees; tests put their own in its place.
public struct LifecycleClock: Sendable {
    /// Time since some fixed moment.
    public var now: @Sendable () -> Duration
    /// Returns after the duration, or when the task is cancelled.
    public var sleep: @Sendable (Duration) async -> Void

    public init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void) {
        self.now = now
        self.sleep = sleep
    }

    public static let continuous = LifecycleClock(
        now: { [origin = ContinuousClock.now] in ContinuousClock.now - origin },
        sleep: { try? await ContinuousClock().sleep(for: $0) })
}
