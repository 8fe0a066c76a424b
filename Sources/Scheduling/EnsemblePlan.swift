public import ModelConfiguration

/// The data flow of an ensemble, with tensors and steps as numbers. Made once per loaded ensemble; immutable.
public struct EnsemblePlan: Sendable {
    public struct Connection: Sendable, Hashable {
        /// The name inside the composing model.
        public let name: String
        /// The ensemble's tensor.
        public let tensor: Int
    }

    public struct Step: Sendable {
        public let modelName: String
        /// The name with its namespace, by which the composing model is found.
        public let qualifiedModelName: String
        /// `nil` is the latest ready version.
        public let modelVersion: Int64?
        /// Sorted by name.
        public let inputs: [Connection]
        /// Sorted by name.
        public let outputs: [Connection]
        /// The tensors behind `inputs`, each once.
        public let inputTensors: [Int]

        init(_ step: ModelEnsembling.Step, inputs: [Connection], outputs: [Connection]) {
            modelName = step.modelName
            qualifiedModelName = step.qualifiedModelName
            modelVersion = step.modelVersion < 0 ? nil : step.modelVersion
            self.inputs = inputs
            self.outputs = outputs
            inputTensors = Set(inputs.map(\.tensor)).sorted()
        }
    }

    public let steps: [Step]
    /// Names of the ensemble's tensors; a tensor is an index into this.
    public let tensorNames: [String]

    private let tensors: [String: Int]
    /// For each tensor the step that writes it.
    private let producers: [Int?]
    /// For each tensor the steps that read it, each once.
    let consumers: [[Int]]

    public init(_ ensemble: ModelEnsembling) {
        var names: [String] = []
        var numbers: [String: Int] = [:]
        func tensor(_ name: String) -> Int {
            if let number = numbers[name] { return number }
            numbers[name] = names.count
            names.append(name)
            return names.count - 1
        }
        func connections(_ map: [String: String]) -> [Connection] {
            map.sorted { $0.key < $1.key }.map { Connection(name: $0.key, tensor: tensor($0.value)) }
        }
        steps = ensemble.steps.map { step in
            Step(step, inputs: connections(step.inputMap), outputs: connections(step.outputMap))
        }
        tensorNames = names
        tensors = numbers
        var producers = [Int?](repeating: nil, count: names.count)
        var consumers = [[Int]](repeating: [], count: names.count)
        for (index, step) in steps.enumerated() {
            for output in step.outputs { producers[output.tensor] = index }
            for tensor in step.inputTensors { consumers[tensor].append(index) }
        }
        self.producers = producers
        self.consumers = consumers
    }

    /// The number of a tensor, or `nil` if no step reads or writes one of that name.
    public func tensor(_ name: String) -> Int? { tensors[name] }

    /// The step and its output that write this tensor, or `nil` for an input of the ensemble.
    public func producer(ofTensor name: String) -> (step: Step, output: String)? {
        guard let tensor = tensors[name], let index = producers[tensor] else { return nil }
        guard let output = steps[index].outputs.first(where: { $0.tensor == tensor }) else { return nil }
        return (steps[index], output.name)
    }

    /// For each step whether one of these outputs depends on it; the others need not run.
    public func stepsNeeded(for outputs: [String]) -> [Bool] {
        var needed = [Bool](repeating: false, count: steps.count)
        var open = outputs.compactMap { tensors[$0] }
        while let tensor = open.popLast() {
            guard let step = producers[tensor], !needed[step] else { continue }
            needed[step] = true
            open.append(contentsOf: steps[step].inputs.map(\.tensor))
        }
        return needed
    }
}
