import InferenceTypes

/// Fits the shape of what the user gave to the shape that a model declares.
enum ShapeMatcher {
    /// The shape to send: the data's own if it fits, with a batch dimension of 1 in front if the model batches and the
    /// data lacks it; flat data takes the declared shape if only one dimension is then open.
    ///
    /// - Parameter declared: with -1 for variable dimensions, the batch dimension included.
    /// - Throws: `InputError` with both shapes.
    static func shape(
        of data: [Int], declared: Shape, hasBatchDimension: Bool
    ) throws(InputError) -> Shape {
        let own = Shape(data.map { Int64($0) })
        if fits(own, declared) { return own }
        let single = Shape(hasBatchDimension ? [1] + declared.dimensions.dropFirst() : declared.dimensions)
        let batched = Shape([1] + own.dimensions)
        if hasBatchDimension, fits(batched, declared) { return batched }
        if data.count <= 1, let filled = fill(single, elementCount: data.first ?? 1) { return filled }
        throw InputError("data of shape \(own) does not fit the model's shape \(declared)")
    }

    private static func fits(_ shape: Shape, _ declared: Shape) -> Bool {
        shape.rank == declared.rank
            && zip(shape.dimensions, declared.dimensions).allSatisfy { $1 == -1 || $0 == $1 }
    }

    /// The declared shape with its one open dimension chosen so that it holds `elementCount` elements.
    private static func fill(_ declared: Shape, elementCount: Int) -> Shape? {
        let open = declared.dimensions.indices.filter { declared.dimensions[$0] == -1 }
        guard let known = Shape(declared.dimensions.filter { $0 != -1 }).elementCount else { return nil }
        switch open.count {
        case 0: return known == elementCount ? declared : nil
        case 1:
            guard known > 0, elementCount.isMultiple(of: known) else { return nil }
            var filled = declared
            filled.dimensions[open[0]] = Int64(elementCount / known)
            return filled
        default: return nil
        }
    }
}
