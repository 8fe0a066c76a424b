/// Waits for work, but not for ever.
enum TimeLimit {
    /// Whether `work` ended within `limit`. Work that did not goes on in the background.
    static func finishes(
        within limit: Duration, clock: some Clock<Duration> = ContinuousClock(),
        _ work: @escaping @Sendable () async -> Void
    ) async -> Bool {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Bool.self)
        Task {
            await work()
            continuation.yield(true)
        }
        let timer = Task {
            try? await clock.sleep(for: limit)
            continuation.yield(false)
        }
        defer { timer.cancel() }
        for await outcome in outcomes { return outcome }
        return false
    }
}
