/// How data moves through the steps of an ensemble: which tensors are written, read, and can ever be ready.
struct EnsembleFlow {
    /// The steps in an order in which each has all its inputs; steps that can never run are left out.
    let executableSteps: [Int]
    private let steps: [ModelEnsembling.Step]
    private var producers: [String: Int] = [:]
    private var consumers: [String: [Int]] = [:]
    private let ready: Set<String>
    private let inputs: Set<String>

    init(_ ensemble: ModelEnsembling, inputs: [String]) {
        steps = ensemble.steps
        self.inputs = Set(inputs)
        for (index, step) in steps.enumerated() {
            for tensor in step.outputMap.values { producers[tensor] = index }
            for tensor in Set(step.inputMap.values) { consumers[tensor, default: []].append(index) }
        }
        var missing = steps.map { Set($0.inputMap.values).count }
        var ready = Set(inputs)
        var order: [Int] = []
        var queue = Array(ready)
        while let tensor = queue.popLast() {
            for step in consumers[tensor] ?? [] {
                missing[step] -= 1
                guard missing[step] == 0 else { continue }
                order.append(step)
                for output in steps[step].outputMap.values where ready.insert(output).inserted { queue.append(output) }
            }
        }
        executableSteps = order
        self.ready = ready
    }

    func isUsed(_ tensor: String) -> Bool { consumers[tensor] != nil }

    /// Whether some step reads or writes it.
    func isKnown(_ tensor: String) -> Bool { isUsed(tensor) || producers[tensor] != nil }

    func isReady(_ tensor: String) -> Bool { ready.contains(tensor) }

    /// Tensors between steps that nobody reads, or that never get data, by name.
    var unusedTensors: [String] {
        Set(producers.keys).union(consumers.keys).filter { !inputs.contains($0) && (!isReady($0) || !isUsed($0)) }
            .sorted()
    }

    /// Follows what a tensor waits for back to where the chain breaks; `nil` when the tensor itself is written by no step.
    func unconnectedSource(of tensor: String) -> String? {
        var current = tensor
        var visited: Set<String> = [tensor]
        while let step = producers[current] {
            let waiting = steps[step].inputMap.values.sorted().first { !isReady($0) }
            guard let waiting, visited.insert(waiting).inserted else { break }
            current = waiting
        }
        return current == tensor ? nil : current
    }
}
