import Synchronization

/// Where the steps of one ensemble request spent their time: every model version that executes a step adds to it.
///
/// Thread-safe. Nanoseconds; what has been added before a step's answer is seen by whoever handles that answer.
public final class StepTimes: Sendable {
    /// How many ensembles the step lies in; 1 for a step of the ensemble that the client asked for.
    public let depth: Int

    private let input = Atomic<UInt64>(0)
    private let infer = Atomic<UInt64>(0)
    private let output = Atomic<UInt64>(0)

    public init(depth: Int) { self.depth = depth }

    public var computeInput: UInt64 { input.load(ordering: .acquiring) }
    public var computeInfer: UInt64 { infer.load(ordering: .acquiring) }
    public var computeOutput: UInt64 { output.load(ordering: .acquiring) }

    public func add(computeInput: UInt64, computeInfer: UInt64, computeOutput: UInt64) {
        input.wrappingAdd(computeInput, ordering: .releasing)
        infer.wrappingAdd(computeInfer, ordering: .releasing)
        output.wrappingAdd(computeOutput, ordering: .releasing)
    }
}
