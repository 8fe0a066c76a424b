import InferenceTypes

/// Inputs and outputs have names, datatypes, dimensions, and a reshape that keeps the number of elements.
enum TensorRule {
    static func violations(in config: ModelConfig) -> [String] {
        let inputs = config.inputs.flatMap { input in
            common(
                "model input", name: input.name, dataType: input.dataType, dims: input.dims, reshape: input.reshape,
                config: config) + specific(input, platform: config.platform)
        }
        let outputs = config.outputs.flatMap { output in
            common(
                "model output", name: output.name, dataType: output.dataType, dims: output.dims,
                reshape: output.reshape, config: config) + shapeTensor(output.isShapeTensor, platform: config.platform)
        }
        return (inputs + outputs).map { "\($0) for \(config.name)" }
    }

    private static func specific(_ input: ModelInput, platform: String) -> [String] {
        var violations: [String] = []
        if input.format != .none, input.dims.rank != 3 {
            violations.append("model input NHWC/NCHW require 3 dims")
        }
        return violations + shapeTensor(input.isShapeTensor, platform: platform)
    }

    private static func shapeTensor(_ isShapeTensor: Bool, platform: String) -> [String] {
        isShapeTensor && platform != "tensorrt_plan"
            ? ["shape tensors are only supported for TensorRT platform"] : []
    }

    private static func common(
        _ kind: String, name: String, dataType: DataType, dims: Shape, reshape: Shape?, config: ModelConfig
    ) -> [String] {
        guard !name.isEmpty else { return ["\(kind) must specify 'name'"] }
        let subject = "\(kind) '\(name)'"
        var violations: [String] = []
        if dataType == .invalid { violations.append("\(subject) must specify 'data_type'") }
        if dims.rank == 0 { violations.append("\(subject) must specify 'dims'") }
        if let reshape, reshape.rank == 0, config.maxBatchSize == 0 {
            violations.append(
                "\(subject) cannot have empty reshape for non-batching model as scalar tensors are not supported")
        }
        if !dims.dimensions.allSatisfy(isAllowed) {
            violations.append("\(subject) dimension must be integer >= 1, or -1 to indicate a variable-size dimension")
        } else if let reshape {
            violations += reshapeViolations(subject, dims: dims, reshape: reshape)
        } else if !dims.hasVariableDimension, dims.elementCount == nil {
            violations.append("\(subject) dims \(dims) have more elements than can be addressed")
        }
        return violations
    }

    private static func isAllowed(_ dimension: Int64) -> Bool { dimension >= 1 || dimension == -1 }

    private static func reshapeViolations(_ subject: String, dims: Shape, reshape: Shape) -> [String] {
        guard reshape.dimensions.allSatisfy(isAllowed) else {
            return [
                "\(subject) reshape dimensions must be integer >= 1, or -1 to indicate a variable-size dimension"
            ]
        }
        let sections = sectionCounts(dims)
        let reshapedSections = sectionCounts(reshape)
        guard let sections, let reshapedSections else {
            return ["\(subject) dims or reshape have more elements than can be addressed"]
        }
        if dims.hasVariableDimension, reshape.hasVariableDimension, sections.count != reshapedSections.count {
            return ["\(subject) has different number of variable-size dimensions for dims and reshape"]
        }
        return sections == reshapedSections ? [] : ["\(subject) has different size for dims and reshape"]
    }

    /// The element counts between the variable dimensions; `nil` when one does not fit in an `Int`.
    private static func sectionCounts(_ shape: Shape) -> [Int]? {
        var counts: [Int] = []
        for section in shape.dimensions.split(separator: -1, omittingEmptySubsequences: false) {
            guard let count = Shape(Array(section)).elementCount else { return nil }
            counts.append(count)
        }
        return counts
    }
}
