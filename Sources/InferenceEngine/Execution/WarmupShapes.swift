import InferenceTypes
import ModelConfiguration

/// The shapes that a model is to be run with before it is ready, so that no client pays for the first run of a shape.
///
/// Two parameters of a configuration ask for them. `WARMUP_SHAPES` has sets separated by `;`, each with the dimensions of
/// inputs as in `audio[16000], mask[1, 80]`. A dimension may be a range: `16..512` doubles from 16 on and ends with 512,
/// `16..512:32` goes on by 32. Ranges that are written alike go together; others are combined. Inputs that are left out
/// have the dims of the configuration, or are left out where they are optional. `WARMUP_BATCH_SIZES`, such as `1,2,4..32`,
/// has each shape run in batches of these sizes.
struct WarmupShapes: Sendable, Hashable {
    static let shapesKey = "WARMUP_SHAPES"
    static let batchSizesKey = "WARMUP_BATCH_SIZES"

    /// What one run gets: the dims of each input, without a batch dimension, and how many requests.
    struct Run: Sendable, Hashable {
        var dims: [String: Shape]
        var batchSize: Int
    }

    /// In the order in which they are asked for.
    let runs: [Run]

    /// - Parameter limit: the most runs that a configuration may ask for.
    /// - Throws: which parameter is wrong, where, and what would be right.
    init(_ configuration: ModelConfig, limit: Int) throws(ServingError) {
        let parameters = configuration.parameters
        guard parameters[Self.shapesKey] != nil || parameters[Self.batchSizesKey] != nil else {
            runs = []
            return
        }
        let builder = Builder(configuration: configuration, limit: limit)
        let batchSizes = try builder.batchSizes(parameters[Self.batchSizesKey])
        let shapes = try builder.shapes(parameters[Self.shapesKey])
        try builder.check(shapes.count, times: batchSizes.count)
        runs = shapes.flatMap { shape in batchSizes.map { Run(dims: shape, batchSize: $0) } }
    }
}

private struct Builder {
    let configuration: ModelConfig
    let limit: Int

    func batchSizes(_ text: String?) throws(ServingError) -> [Int] {
        guard let text else { return [1] }
        let largest = Int64(max(configuration.maxBatchSize, 1))
        var sizes: [Int] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = SizeRange(item) else { throw malformed(WarmupShapes.batchSizesKey, item) }
            guard let values = range.values(limit: limit) else { throw tooMany() }
            for size in values {
                guard size <= largest else {
                    throw error(
                        WarmupShapes.batchSizesKey,
                        "asks for batches of \(size), and the model takes \(largest) at most")
                }
                sizes.append(Int(size))
            }
        }
        return sizes
    }

    /// One dictionary for each shape; `nil` as text is the configuration's own dims.
    func shapes(_ text: String?) throws(ServingError) -> [[String: Shape]] {
        guard let text else { return [try completed([:])] }
        var shapes: [[String: Shape]] = []
        for set in text.split(separator: ";") where !set.allSatisfy(\.isWhitespace) {
            shapes += try expanded(try inputs(in: set))
            try check(shapes.count, times: 1)
        }
        return shapes
    }

    func check(_ count: Int, times factor: Int) throws(ServingError) {
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, product <= limit else { throw tooMany() }
    }

    /// `name[dim, dim], name[dim]`
    private func inputs(in set: Substring) throws(ServingError) -> [(name: String, dims: [SizeRange])] {
        var inputs: [(name: String, dims: [SizeRange])] = []
        var rest = set
        while true {
            guard let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") else {
                throw malformed(WarmupShapes.shapesKey, rest)
            }
            let name = String(rest[..<open].trimmed)
            var dims: [SizeRange] = []
            for item in rest[rest.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false) {
                guard let range = SizeRange(item) else { throw malformed(WarmupShapes.shapesKey, item) }
                dims.append(range)
            }
            guard !inputs.contains(where: { $0.name == name }) else {
                throw error(WarmupShapes.shapesKey, "names input '\(name)' twice in '\(set.trimmed)'")
            }
            inputs.append((name, dims))
            rest = rest[rest.index(after: close)...]
            guard !rest.allSatisfy(\.isWhitespace) else { return inputs }
            guard let comma = rest.firstIndex(where: { !$0.isWhitespace }), rest[comma] == "," else {
                throw malformed(WarmupShapes.shapesKey, rest)
            }
            rest = rest[rest.index(after: comma)...]
        }
    }

    /// All combinations of the ranges; those that are written alike have the same value everywhere.
    private func expanded(_ inputs: [(name: String, dims: [SizeRange])]) throws(ServingError) -> [[String: Shape]] {
        var choices: [[SizeRange: Int64]] = [[:]]
        var seen: Set<SizeRange> = []
        for range in inputs.flatMap(\.dims) where seen.insert(range).inserted {
            guard let values = range.values(limit: limit) else { throw tooMany() }
            try check(choices.count, times: values.count)
            choices = choices.flatMap { choice in values.map { choice.merging([range: $0]) { $1 } } }
        }
        var shapes: [[String: Shape]] = []
        for choice in choices {
            var dims: [String: Shape] = [:]
            for input in inputs { dims[input.name] = Shape(input.dims.map { choice[$0] ?? $0.first }) }
            shapes.append(try completed(dims))
        }
        return shapes
    }

    /// With the inputs that are not named; checked against the configuration.
    private func completed(_ given: [String: Shape]) throws(ServingError) -> [String: Shape] {
        if let unknown = given.keys.sorted().first(where: { name in
            !configuration.inputs.contains { $0.name == name }
        }) {
            throw error(
                WarmupShapes.shapesKey,
                "names input '\(unknown)', which the model does not have; its inputs are "
                    + configuration.inputs.map { "'\($0.name)'" }.joined(separator: ", "))
        }
        var dims: [String: Shape] = [:]
        for input in configuration.inputs {
            guard let shape = given[input.name] else {
                if input.optional { continue }
                guard !input.dims.dimensions.contains(-1) else {
                    throw error(
                        given.isEmpty ? WarmupShapes.batchSizesKey : WarmupShapes.shapesKey,
                        "needs sizes for input '\(input.name)', whose dims \(input.dims) are variable; write "
                            + "\(WarmupShapes.shapesKey) with '\(input.name)[...]'")
                }
                dims[input.name] = input.dims
                continue
            }
            let fits =
                shape.rank == input.dims.rank
                && zip(shape.dimensions, input.dims.dimensions).allSatisfy { $1 == -1 || $0 == $1 }
            guard fits else {
                throw error(
                    WarmupShapes.shapesKey,
                    "has \(shape) for input '\(input.name)', whose dims are \(input.dims)"
                        + (configuration.maxBatchSize > 0 ? "; the batch dimension is left out" : ""))
            }
            dims[input.name] = shape
        }
        return dims
    }

    private func tooMany() -> ServingError {
        ServingError(
            .invalidArgument,
            "\(WarmupShapes.shapesKey) and \(WarmupShapes.batchSizesKey) of model '\(configuration.name)' ask for more than "
                + "\(limit) runs, which is the limit (--max-warmup-shapes)")
    }

    private func malformed(_ key: String, _ text: Substring) -> ServingError {
        let example = key == WarmupShapes.shapesKey ? "input[1, 16..512]; input[1, 640]" : "1, 2, 4..32"
        return error(key, "cannot be read at '\(text.trimmed)'; expected something like '\(example)'")
    }

    private func error(_ key: String, _ text: String) -> ServingError {
        ServingError(
            .invalidArgument,
            configuration.placing(
                "parameter \(key) of model '\(configuration.name)' \(text)", at: "parameters[\"\(key)\"].string_value"))
    }
}

/// `16`, `16..512` or `16..512:32`
private struct SizeRange: Hashable {
    let first: Int64
    private let last: Int64
    /// `nil` doubles.
    private let step: Int64?

    init?(_ text: Substring) {
        let ends = text.trimmed.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count) else { return nil }
        let range = String(ends[0])
        if let dots = Self.positionOfDots(in: range) {
            guard let first = Self.size(range[..<dots]),
                let last = Self.size(range[range.index(dots, offsetBy: 2)...]), first <= last
            else { return nil }
            self.first = first
            self.last = last
        } else {
            guard let size = Self.size(range[...]), ends.count == 1 else { return nil }
            first = size
            last = size
        }
        if ends.count == 2 {
            guard let step = Self.size(ends[1]) else { return nil }
            self.step = step
        } else {
            step = nil
        }
    }

    /// Ascending, with the last in any case; `nil` if there are more than `limit`.
    func values(limit: Int) -> [Int64]? {
        var values: [Int64] = []
        var next = first
        while next < last {
            guard values.count < limit else { return nil }
            values.append(next)
            let (sum, overflow) = next.addingReportingOverflow(step ?? next)
            next = overflow ? last : sum
        }
        values.append(last)
        return values.count <= limit ? values : nil
    }

    private static func positionOfDots(in text: String) -> String.Index? {
        text.indices.first { text[$0...].hasPrefix("..") }
    }

    private static func size(_ text: Substring) -> Int64? {
        guard let size = Int64(text.trimmed), size > 0 else { return nil }
        return size
    }
}

extension StringProtocol {
    fileprivate var trimmed: Substring {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
        return Substring(self[start..<end])
    }
}
