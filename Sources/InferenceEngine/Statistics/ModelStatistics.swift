import Synchronization

/// Counters of one model version. They belong to the loaded object: a reload starts from zero, and only what the metrics
/// count goes on.
///
/// Thread-safe; recording takes one short lock.
public final class ModelStatistics: Sendable {
    private struct State {
        var snapshot: ModelStatisticsSnapshot
        var counters = ModelCounters()
        var latencies: LatencyDistributions?
        var loadTime: Duration?
        /// Of the version that this one replaced, which may still have requests to finish.
        var predecessor: ModelStatistics?

        mutating func count(
            _ request: RequestRecord, compute: ComputeDurations, failure: FailureReason, at time: UInt64
        ) {
            snapshot.count(request, compute: compute)
            latencies?.observeResponse(nanoseconds: request.total)
            guard request.isSuccess else { return counters.countFailure(failure) }
            counters.countSuccess(request, compute: compute)
            latencies?.observeSuccess(request, compute: compute, at: time)
        }
    }

    private let state: Mutex<State>

    /// - Parameter latencies: `nil` keeps no distributions.
    public init(name: String, version: Int64, latencies: LatencyDistributions? = nil) {
        var snapshot = ModelStatisticsSnapshot()
        snapshot.name = name
        snapshot.version = version
        state = Mutex(State(snapshot: snapshot, latencies: latencies))
    }

    public func snapshot() -> ModelStatisticsSnapshot { state.withLock { $0.snapshot } }

    /// What the metrics count, with that of the versions which this one replaced without a gap.
    public func counters() -> ModelCounters {
        var sum = ModelCounters()
        var next: ModelStatistics? = self
        while let statistics = next {
            let (counters, predecessor) = statistics.state.withLock { ($0.counters, $0.predecessor) }
            sum += counters
            next = predecessor
        }
        return sum
    }

    /// `nil` where none are kept.
    public func latencies() -> LatencyDistributions? { state.withLock { $0.latencies } }

    /// How long the version took to load; `nil` before it has.
    public var loadTime: Duration? { state.withLock { $0.loadTime } }

    func note(loadTime: Duration) { state.withLock { $0.loadTime = loadTime } }

    /// Goes on counting where `predecessor` is, whose place this version takes.
    func succeed(_ predecessor: ModelStatistics) {
        predecessor.absorbPredecessors()
        state.withLock { $0.predecessor = predecessor }
    }

    /// Takes over the counts of those before that nobody writes to any more, so that reloads make no chain.
    private func absorbPredecessors() {
        state.withLock { state in
            while isKnownUniquelyReferenced(&state.predecessor), let last = state.predecessor {
                // Nobody else can hold this second lock, nor wait for it: there is no other reference.
                let (counters, predecessor) = last.state.withLock { ($0.counters, $0.predecessor) }
                state.counters += counters
                state.predecessor = predecessor
            }
        }
    }

    /// Counts one execution of a backend and the requests that it answered.
    func record(_ execution: ExecutionRecord) {
        let time = execution.finishedAtMilliseconds
        state.withLock { state in
            state.snapshot.lastInference = max(state.snapshot.lastInference, time)
            state.snapshot.executionCount += 1
            state.snapshot.countBatch(size: execution.batchSize, compute: execution.compute)
            state.counters.executions += 1
            for request in execution.requests {
                state.count(request, compute: execution.compute, failure: .backend, at: time)
            }
        }
    }

    /// Counts one request to an ensemble; `compute` is what its steps took together.
    func recordEnsemble(_ request: RequestRecord, compute: ComputeDurations, finishedAtMilliseconds: UInt64) {
        state.withLock { state in
            state.count(request, compute: compute, failure: .other, at: finishedAtMilliseconds)
            guard request.isSuccess else { return }
            state.snapshot.lastInference = max(state.snapshot.lastInference, finishedAtMilliseconds)
            state.snapshot.executionCount += 1
            state.snapshot.countBatch(size: request.inferences, compute: compute)
            state.counters.executions += 1
        }
    }

    /// Counts a request that was taken in but never executed: refused by the queue, expired or cancelled.
    func recordUnexecuted(nanoseconds: UInt64, _ reason: FailureReason) {
        state.withLock { state in
            state.snapshot.fail.add(nanoseconds)
            state.counters.countFailure(reason)
            state.latencies?.observeResponse(nanoseconds: nanoseconds)
        }
    }
}

extension ModelStatisticsSnapshot {
    fileprivate mutating func countBatch(size: UInt64, compute: ComputeDurations) {
        let index: Int
        if let known = batches.firstIndex(where: { $0.batchSize >= size }) {
            index = known
            if batches[known].batchSize != size { batches.insert(Batch(batchSize: size), at: known) }
        } else {
            index = batches.count
            batches.append(Batch(batchSize: size))
        }
        batches[index].computeInput.add(compute.input)
        batches[index].computeInfer.add(compute.infer)
        batches[index].computeOutput.add(compute.output)
    }

    fileprivate mutating func count(_ request: RequestRecord, compute: ComputeDurations) {
        guard request.isSuccess else {
            fail.add(request.total)
            return
        }
        inferenceCount &+= request.inferences
        success.add(request.total)
        queue.add(request.queue)
        computeInput.add(compute.input)
        computeInfer.add(compute.infer)
        computeOutput.add(compute.output)
    }
}

extension StatisticDuration {
    fileprivate mutating func add(_ more: UInt64) {
        count += 1
        nanoseconds &+= more
    }
}
