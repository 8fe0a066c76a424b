import InferenceTypes

/// Finds out which dimensions of inputs and outputs are variable, by changing those of inputs that work.
struct VariableDimensions {
    let bindings: [InputBinding]
    private var inputs: [TrialTensor]
    private let mayVary: [[Bool]]
    private let base: InputSearch.Found
    private var outputShapes: [Shape]

    /// - Parameter limits: the shapes that a configuration gives; their dimensions other than -1 stay as they are.
    init(_ found: InputSearch.Found, bindings: [InputBinding], limits: [Shape]? = nil) {
        self.bindings = bindings
        self.base = found
        self.inputs = found.inputs
        self.mayVary = found.inputs.indices.map { input in
            found.inputs[input].shape.dimensions.indices.map { (limits?[input].dimensions[$0] ?? -1) == -1 }
        }
        self.outputShapes = found.outputs.map(\.shape)
    }

    /// The same inputs and outputs with -1 where a dimension is variable; `nil` if the outputs do not keep their
    /// datatypes, ranks and number.
    mutating func run(
        _ runner: inout TrialRunner
    ) throws(TrialRunner.OutOfTime) -> (inputs: [TrialTensor], outputs: [TrialTensor])? {
        for index in inputs.indices {
            for dimension in inputs[index].shape.dimensions.indices where inputs[index].shape.dimensions[dimension] >= 0
            {
                for places in groups(of: index, dimension) where try vary(places, &runner) { break }
            }
        }
        guard hasStableOutputs else { return nil }
        let outputs = zip(base.outputs, outputShapes).map {
            TrialTensor(name: $0.name, dataType: $0.dataType, shape: $1)
        }
        return (inputs, outputs)
    }

    private var hasStableOutputs = true

    private struct Place: Hashable {
        var input: Int
        var dimension: Int
    }

    /// Sets of dimensions that may only change together: the one alone, those at the same place in other inputs, and all
    /// of the same size.
    private func groups(of input: Int, _ dimension: Int) -> [[Place]] {
        let size = base.inputs[input].shape.dimensions[dimension]
        let sameSize = base.inputs.indices.flatMap { other in
            base.inputs[other].shape.dimensions.indices
                .filter { mayVary[other][$0] && base.inputs[other].shape.dimensions[$0] == size }
                .map { Place(input: other, dimension: $0) }
        }
        let samePosition = sameSize.filter { $0.dimension == dimension }
        var groups = [[Place(input: input, dimension: dimension)]]
        for group in [samePosition, sameSize] where group.count > 1 && !groups.contains(group) { groups.append(group) }
        return groups
    }

    /// Tries other sizes at `places`. Marks them, and the output dimensions that change with them, if one works.
    private mutating func vary(_ places: [Place], _ runner: inout TrialRunner) throws(TrialRunner.OutOfTime) -> Bool {
        guard let first = places.first else { return false }
        let size = base.inputs[first.input].shape.dimensions[first.dimension]
        var isVariable = false
        for other in [size + 1, size * 2] where other != size {
            var changed = base.inputs
            for place in places { changed[place.input].shape.dimensions[place.dimension] = other }
            guard let outputs = try runner.run(changed, bindings: bindings) else { continue }
            isVariable = true
            merge(outputs)
        }
        guard isVariable else { return false }
        for place in places { inputs[place.input].shape.dimensions[place.dimension] = -1 }
        return true
    }

    private mutating func merge(_ outputs: [TrialTensor]) {
        let isSame =
            outputs.count == base.outputs.count
            && zip(outputs, base.outputs).allSatisfy {
                $0.name == $1.name && $0.dataType == $1.dataType && $0.shape.rank == $1.shape.rank
            }
        guard isSame else {
            hasStableOutputs = false
            return
        }
        for (index, output) in outputs.enumerated() {
            for (dimension, size) in output.shape.dimensions.enumerated()
            where size != base.outputs[index].shape.dimensions[dimension] {
                outputShapes[index].dimensions[dimension] = -1
            }
        }
    }
}
