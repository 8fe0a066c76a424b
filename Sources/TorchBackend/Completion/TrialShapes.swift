import InferenceTypes

/// The shapes that are tried for an input of unknown shape, the likelier ones first.
struct TrialShapes {
    /// Sizes that occur in the module's parameters: an input dimension that must be matched is among them.
    var parameterDimensions: [Int64]

    static let ranks = 1...4

    /// Sizes that models often want where no parameter tells: channels, mel bins, hidden sizes.
    private static let commonSizes: [Int64] = [1, 2, 3, 4, 8, 10, 28, 40, 64, 80, 128, 256, 512, 768, 1024]

    /// Different sizes, so that dimensions do not fit together by accident. The longer one is for audio.
    private static let patterns: [[Int64]] = [
        [3, 16, 24, 32],
        [3, 16, 24, 4000],
    ]

    private static let image: [Int64] = [2, 3, 224, 224]

    /// Shapes of `rank` dimensions.
    func shapes(rank: Int) -> [Shape] {
        var shapes: [Shape] = []
        var seen: Set<Shape> = []
        func add(_ dimensions: [Int64]) {
            if seen.insert(Shape(dimensions)).inserted { shapes.append(Shape(dimensions)) }
        }
        let bases = Self.patterns.map { pattern in
            // The first dimension is the batch; of the others the last ones count.
            rank == 1 ? [pattern[3]] : [pattern[0]] + pattern.suffix(rank - 1)
        }
        for base in bases { add(base) }
        if rank == Self.image.count { add(Self.image) }
        // A feature dimension is mostly the last; channels are mostly the second.
        let positions = rank > 2 ? [rank - 1, 1] + (2..<(rank - 1)) + [0] : Array((0..<rank).reversed())
        for base in bases {
            for position in positions {
                for size in parameterDimensions {
                    var shape = base
                    shape[position] = size
                    add(shape)
                }
            }
        }
        if rank > 1, let base = bases.first {
            for first in parameterDimensions.prefix(6) {
                for last in parameterDimensions.prefix(6) {
                    var shape = base
                    shape[rank - 2] = first
                    shape[rank - 1] = last
                    add(shape)
                }
            }
        }
        if let base = bases.first {
            for position in positions.prefix(2) {
                for size in Self.commonSizes {
                    var shape = base
                    shape[position] = size
                    add(shape)
                }
            }
        }
        return shapes
    }
}
