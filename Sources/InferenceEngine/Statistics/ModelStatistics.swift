import Synchronization

/// Counters of one model version. They belong to the loaded object: a reload starts from zero.
///
/// Thread-safe; recording takes one short lock.
public final class ModelStatistics: Sendable {
    private let state: Mutex<ModelStatisticsSnapshot>

    public init(name: String, version: Int64) {
        var snapshot = ModelStatisticsSnapshot()
        snapshot.name = name
        snapshot.version = version
        state = Mutex(snapshot)
    }

    public func snapshot() -> ModelStatisticsSnapshot { state.withLock { $0 } }

    /// Counts one execution of a backend and the requests that it answered.
    func record(_ execution: ExecutionRecord) {
        state.withLock { statistics in
            statistics.lastInference = max(statistics.lastInference, execution.finishedAtMilliseconds)
            statistics.executionCount += 1
            statistics.countBatch(size: execution.batchSize, compute: execution.compute)
            for request in execution.requests { statistics.count(request, compute: execution.compute) }
        }
    }

    /// Counts one request to an ensemble; `compute` is what its steps took together.
    func recordEnsemble(_ request: RequestRecord, compute: ComputeDurations, finishedAtMilliseconds: UInt64) {
        state.withLock { statistics in
            statistics.count(request, compute: compute)
            guard request.isSuccess else { return }
            statistics.lastInference = max(statistics.lastInference, finishedAtMilliseconds)
            statistics.executionCount += 1
            statistics.countBatch(size: request.inferences, compute: compute)
        }
    }

    /// Counts a request that was taken in but never executed: refused by the queue, expired or cancelled.
    func recordUnexecuted(nanoseconds: UInt64) {
        state.withLock { $0.fail.add(nanoseconds) }
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
