/// What a model version has done, as its metrics count it.
///
/// Times are sums of microseconds, where those of each request are cut to a whole number first.
public struct ModelCounters: Sendable, Hashable {
    public var successes: UInt64 = 0
    public var inferences: UInt64 = 0
    public var executions: UInt64 = 0
    public var request: UInt64 = 0
    public var queue: UInt64 = 0
    public var computeInput: UInt64 = 0
    public var computeInfer: UInt64 = 0
    public var computeOutput: UInt64 = 0
    private var rejected: UInt64 = 0
    private var cancelled: UInt64 = 0
    private var failedInBackend: UInt64 = 0
    private var failedOtherwise: UInt64 = 0

    public init() {}

    public func failures(_ reason: FailureReason) -> UInt64 {
        switch reason {
        case .rejected: rejected
        case .cancelled: cancelled
        case .backend: failedInBackend
        case .other: failedOtherwise
        }
    }

    mutating func countFailure(_ reason: FailureReason) {
        switch reason {
        case .rejected: rejected += 1
        case .cancelled: cancelled += 1
        case .backend: failedInBackend += 1
        case .other: failedOtherwise += 1
        }
    }

    mutating func countSuccess(_ record: RequestRecord, compute: ComputeDurations) {
        successes += 1
        inferences &+= record.inferences
        request &+= record.total / 1000
        queue &+= record.queue / 1000
        computeInput &+= compute.input / 1000
        computeInfer &+= compute.infer / 1000
        computeOutput &+= compute.output / 1000
    }

    static func += (sum: inout ModelCounters, more: ModelCounters) {
        sum.successes &+= more.successes
        sum.inferences &+= more.inferences
        sum.executions &+= more.executions
        sum.request &+= more.request
        sum.queue &+= more.queue
        sum.computeInput &+= more.computeInput
        sum.computeInfer &+= more.computeInfer
        sum.computeOutput &+= more.computeOutput
        sum.rejected &+= more.rejected
        sum.cancelled &+= more.cancelled
        sum.failedInBackend &+= more.failedInBackend
        sum.failedOtherwise &+= more.failedOtherwise
    }
}
