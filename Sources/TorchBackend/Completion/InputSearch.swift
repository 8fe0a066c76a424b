import InferenceTypes

/// Looks for datatypes and shapes of inputs that `forward` accepts, by trying.
struct InputSearch {
    /// Inputs that work, and what came out.
    struct Found {
        var inputs: [TrialTensor]
        var outputs: [TrialTensor]
        /// Inputs with one dimension less would work as well.
        var worksWithoutBatch = false
    }

    let bindings: [InputBinding]
    let isString: [Bool]
    let shapes: TrialShapes

    private static let dataTypes: [DataType] = [.fp32, .int64, .int32, .bool, .fp64, .uint8, .fp16, .bf16]

    /// - Parameter bindings: one for each tensor or list of strings to be found; `scalarType` does not matter.
    init(bindings: [InputBinding], isString: [Bool], parameterDimensions: [Int64]) {
        self.bindings = bindings
        self.isString = isString
        self.shapes = TrialShapes(parameterDimensions: parameterDimensions)
    }

    func run(_ runner: inout TrialRunner) throws(TrialRunner.OutOfTime) -> Found? {
        if !isString.contains(false) {
            return try attempt(&runner, types: isString.map { _ in .fp32 }, shapes: isString.map { _ in [3] })
        }
        for types in typeChoices() {
            if let found = try searchEqualShapes(&runner, types) { return found }
        }
        return try searchOwnShapes(&runner)
    }

    /// The same type for all inputs first, then mixtures of the two usual ones.
    private func typeChoices() -> [[DataType]] {
        let usual: [DataType] = [.fp32, .int64]
        var choices = usual.map { Array(repeating: $0, count: bindings.count) }
        if (2...5).contains(bindings.count) {
            for mask in 1..<((1 << bindings.count) - 1) {
                choices.append(bindings.indices.map { usual[(mask >> $0) & 1] })
            }
        }
        return choices + Self.dataTypes.dropFirst(2).map { Array(repeating: $0, count: bindings.count) }
    }

    /// All inputs of one shape. The smallest rank that works is that of an item without its batch, if one more works too.
    private func searchEqualShapes(
        _ runner: inout TrialRunner, _ types: [DataType]
    ) throws(TrialRunner.OutOfTime) -> Found? {
        var item: Found?
        for rank in TrialShapes.ranks {
            for shape in shapes.shapes(rank: rank) {
                guard var found = try attempt(&runner, types: types, shapes: bindings.map { _ in shape }) else {
                    continue
                }
                guard item == nil, rank < TrialShapes.ranks.upperBound else {
                    found.worksWithoutBatch = item != nil
                    return found
                }
                item = found
                break
            }
            // The rank above that of the item has been tried in vain.
            if let item, item.inputs.contains(where: { $0.dataType != .bytes && $0.shape.rank < rank }) { return item }
        }
        return item
    }

    /// Each input of a shape of its own: the likeliest few, in all combinations.
    private func searchOwnShapes(_ runner: inout TrialRunner) throws(TrialRunner.OutOfTime) -> Found? {
        guard bindings.count > 1 else { return nil }
        var choices: [(type: DataType, shape: Shape)] = []
        for rank in [2, 3, 1, 4] {
            for shape in shapes.shapes(rank: rank).prefix(1 + shapes.parameterDimensions.prefix(4).count) {
                for type in [DataType.fp32, .int64] { choices.append((type, shape)) }
            }
        }
        var indices = Array(repeating: 0, count: bindings.count)
        var trials = 0
        while trials < 20_000 {
            let types = indices.map { choices[$0].type }
            if let found = try attempt(&runner, types: types, shapes: indices.map { choices[$0].shape }) {
                return found
            }
            trials += 1
            var position = bindings.count - 1
            while position >= 0 {
                indices[position] += 1
                if indices[position] < choices.count { break }
                indices[position] = 0
                position -= 1
            }
            if position < 0 { return nil }
        }
        return nil
    }

    private func attempt(
        _ runner: inout TrialRunner, types: [DataType], shapes: [Shape]
    ) throws(TrialRunner.OutOfTime) -> Found? {
        let inputs = bindings.indices.map { index in
            isString[index]
                ? TrialTensor(name: bindings[index].name, dataType: .bytes, shape: [3])
                : TrialTensor(name: bindings[index].name, dataType: types[index], shape: shapes[index])
        }
        guard let outputs = try runner.run(inputs, bindings: bindings) else { return nil }
        return Found(inputs: inputs, outputs: outputs)
    }
}
