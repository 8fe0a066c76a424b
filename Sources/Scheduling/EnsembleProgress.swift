/// How far one request has come through an ensemble: told what has become known, it answers which steps can run now.
public struct EnsembleProgress: Sendable {
    /// What is known of a tensor. An absent one is known too: an optional input left out, or an output that a step did
    /// not give; steps that read it run without it.
    public enum TensorState: Sendable, Hashable { case unknown, present, absent }

    private let plan: EnsemblePlan
    /// For each step whether it runs at all for this request.
    public let isNeeded: [Bool]
    private let outputs: [Int]
    private var tensors: [TensorState]
    private var isIssued: [Bool]
    private var hasFailed = false
    /// Steps that were issued and have not answered yet.
    public private(set) var inFlight = 0

    /// - Parameters:
    ///   - inputs: the ensemble's inputs, in any order, and whether the request brings them.
    ///   - requestedOutputs: only steps that these depend on are run.
    public init(
        plan: EnsemblePlan, inputs: [(name: String, isPresent: Bool)], requestedOutputs: [String]
    ) {
        self.plan = plan
        isNeeded = plan.stepsNeeded(for: requestedOutputs)
        outputs = requestedOutputs.compactMap { plan.tensor($0) }
        tensors = Array(repeating: .unknown, count: plan.tensorNames.count)
        isIssued = Array(repeating: false, count: plan.steps.count)
        for input in inputs {
            if let tensor = plan.tensor(input.name) { tensors[tensor] = input.isPresent ? .present : .absent }
        }
    }

    public func state(ofTensor tensor: Int) -> TensorState { tensors[tensor] }

    /// The steps that can run from the start. They count as issued.
    public mutating func start() -> [Int] { issue(Array(plan.steps.indices)) }

    /// A step has answered: its outputs are known now, `present` being those that it gave.
    ///
    /// - Returns: the steps that can run because of that. They count as issued.
    public mutating func stepSucceeded(_ step: Int, present: some Sequence<Int>) -> [Int] {
        inFlight -= 1
        for output in plan.steps[step].outputs { tensors[output.tensor] = .absent }
        for tensor in present { tensors[tensor] = .present }
        guard !hasFailed else { return [] }
        return issue(plan.steps[step].outputs.flatMap { plan.consumers[$0.tensor] })
    }

    /// A step has failed. No further step is issued; those in flight are still to be waited for.
    public mutating func stepFailed() {
        inFlight -= 1
        hasFailed = true
    }

    /// Takes back steps that were handed out but will not be run.
    public mutating func withdraw(_ count: Int) { inFlight -= count }

    /// Nothing runs, and nothing more can.
    public var isAtRest: Bool { inFlight == 0 }

    /// Requested outputs of which nothing is known; at rest without a failure this is a deadlock.
    public var hasUnsetOutput: Bool { outputs.contains { tensors[$0] == .unknown } }

    private mutating func issue(_ candidates: [Int]) -> [Int] {
        var ready: [Int] = []
        for step in candidates where isNeeded[step] && !isIssued[step] {
            guard plan.steps[step].inputs.allSatisfy({ tensors[$0.tensor] != .unknown }) else { continue }
            isIssued[step] = true
            ready.append(step)
        }
        inFlight += ready.count
        return ready
    }
}
