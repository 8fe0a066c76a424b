import InferenceTypes

/// Inputs and outputs have names, datatypes, dimensions, and a reshape that keeps the number of elements.
///
/// The same mistake in several tensors is told once, for the first of them.
enum TensorRule {
    /// What the rule looks at, for inputs and outputs alike.
    private struct Tensor {
        var kind: String
        var name: String
        var dataType: DataType
        var dims: Shape
        var reshape: Shape?
        var isShapeTensor: Bool
        var format = ModelInput.Format.none
    }

    static func violations(in config: ModelConfig) -> [String] {
        let inputs = config.inputs.map {
            Tensor(
                kind: "model input", name: $0.name, dataType: $0.dataType, dims: $0.dims, reshape: $0.reshape,
                isShapeTensor: $0.isShapeTensor, format: $0.format)
        }
        let outputs = config.outputs.map {
            Tensor(
                kind: "model output", name: $0.name, dataType: $0.dataType, dims: $0.dims, reshape: $0.reshape,
                isShapeTensor: $0.isShapeTensor)
        }
        var violations: [String] = []
        var told: Set<String> = []
        for tensor in inputs + outputs {
            if tensor.name.isEmpty {
                if told.insert("name").inserted { violations.append("\(tensor.kind) must specify 'name'") }
                continue
            }
            for complaint in complaints(about: tensor, isBatching: config.maxBatchSize > 0)
            where told.insert(complaint).inserted {
                violations.append("\(tensor.kind) '\(tensor.name)' \(complaint)")
            }
            for complaint in formatComplaints(about: tensor, platform: config.platform)
            where told.insert(complaint).inserted {
                violations.append(complaint)
            }
        }
        return violations.map { "\($0) for \(config.name)" }
    }

    /// Complaints that do not name the tensor, as Triton words them.
    private static func formatComplaints(about tensor: Tensor, platform: String) -> [String] {
        var complaints: [String] = []
        if tensor.format != .none, tensor.dims.rank != 3 {
            complaints.append("model input NHWC/NCHW require 3 dims")
        }
        if tensor.isShapeTensor, platform != "tensorrt_plan" {
            complaints.append("shape tensors are only supported for TensorRT platform")
        }
        return complaints
    }

    private static func complaints(about tensor: Tensor, isBatching: Bool) -> [String] {
        var complaints: [String] = []
        if tensor.dataType == .invalid { complaints.append("must specify 'data_type'") }
        if tensor.dims.rank == 0 { complaints.append("must specify 'dims'") }
        if let reshape = tensor.reshape, reshape.rank == 0, !isBatching {
            complaints.append(
                "cannot have empty reshape for non-batching model as scalar tensors are not supported")
        }
        if !tensor.dims.dimensions.allSatisfy(isAllowed) {
            complaints.append("dimension must be integer >= 1, or -1 to indicate a variable-size dimension")
        } else if let reshape = tensor.reshape {
            complaints += reshapeComplaints(dims: tensor.dims, reshape: reshape)
        } else if !tensor.dims.hasVariableDimension, tensor.dims.elementCount == nil {
            complaints.append("dims \(tensor.dims) have more elements than can be addressed")
        }
        return complaints
    }

    private static func isAllowed(_ dimension: Int64) -> Bool { dimension >= 1 || dimension == -1 }

    private static func reshapeComplaints(dims: Shape, reshape: Shape) -> [String] {
        guard reshape.dimensions.allSatisfy(isAllowed) else {
            return ["reshape dimensions must be integer >= 1, or -1 to indicate a variable-size dimension"]
        }
        guard let sections = sectionCounts(dims), let reshapedSections = sectionCounts(reshape) else {
            return ["dims or reshape have more elements than can be addressed"]
        }
        if dims.hasVariableDimension, reshape.hasVariableDimension, sections.count != reshapedSections.count {
            return ["has different number of variable-size dimensions for dims and reshape"]
        }
        return sections == reshapedSections ? [] : ["has different size for dims and reshape"]
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
