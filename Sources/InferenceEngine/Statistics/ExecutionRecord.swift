/// Nanoseconds that an execution spent preparing inputs, computing, and handing out outputs.
struct ComputeDurations: Sendable, Hashable {
    var input: UInt64
    var infer: UInt64
    var output: UInt64
}

/// What one request adds to the statistics. Nanoseconds.
struct RequestRecord: Sendable, Hashable {
    var isSuccess: Bool
    /// The request's batch size, at least 1.
    var inferences: UInt64
    var queue: UInt64
    var total: UInt64
}

/// What one execution of a backend adds to the statistics.
struct ExecutionRecord: Sendable {
    /// As the backend reports it; backends that do not batch may report 0.
    var batchSize: UInt64
    var compute: ComputeDurations
    var requests: [RequestRecord]
    /// Since the epoch.
    var finishedAtMilliseconds: UInt64
}

/// The moments of one execution, in order whatever the backend said.
struct ExecutionTimes: Sendable {
    let started: ContinuousClock.Instant
    let inputsReady: ContinuousClock.Instant
    let computeDone: ContinuousClock.Instant
    let ended: ContinuousClock.Instant

    init(
        started: ContinuousClock.Instant, inputsReady: ContinuousClock.Instant?,
        computeDone: ContinuousClock.Instant?, ended: ContinuousClock.Instant
    ) {
        self.started = started
        self.ended = max(started, ended)
        self.inputsReady = min(max(inputsReady ?? started, started), self.ended)
        self.computeDone = min(max(computeDone ?? self.ended, self.inputsReady), self.ended)
    }

    var compute: ComputeDurations {
        ComputeDurations(
            input: started.nanoseconds(to: inputsReady), infer: inputsReady.nanoseconds(to: computeDone),
            output: computeDone.nanoseconds(to: ended))
    }
}

extension ContinuousClock.Instant {
    /// 0 when `later` is earlier; the largest number when it is too far away to say.
    func nanoseconds(to later: ContinuousClock.Instant) -> UInt64 {
        let attoseconds = (later - self).attoseconds
        // Each request comes here several times, and a division of 128 bits is slow; 64 bits are enough for 9 seconds.
        if let short = Int64(exactly: attoseconds) { return UInt64(max(short, 0) / 1_000_000_000) }
        return UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
