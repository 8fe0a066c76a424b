import InferenceTypes

/// Inputs and outputs have names, datatypes, dimensions, and a reshape that keeps the number of elements.
///
/// The same mistake in several tensors is told once, for the first of them.
enum TensorRule {
    /// What the rule looks at, for inputs and outputs alike.
    private struct Tensor {
        var kind: String
        /// `input[0]`.
        var field: String
        var name: String
        var dataType: DataType
        var dims: Shape
        var reshape: Shape?
        var isShapeTensor: Bool
        var format = ModelInput.Format.none
    }

    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        let inputs = config.inputs.enumerated().map {
            Tensor(
                kind: "model input", field: "input[\($0)]", name: $1.name, dataType: $1.dataType, dims: $1.dims,
                reshape: $1.reshape, isShapeTensor: $1.isShapeTensor, format: $1.format)
        }
        let outputs = config.outputs.enumerated().map {
            Tensor(
                kind: "model output", field: "output[\($0)]", name: $1.name, dataType: $1.dataType, dims: $1.dims,
                reshape: $1.reshape, isShapeTensor: $1.isShapeTensor)
        }
        var violations: [ConfigurationViolation] = []
        var told: Set<String> = []
        for tensor in inputs + outputs {
            if tensor.name.isEmpty {
                if told.insert("name").inserted {
                    violations.append(.init("\(tensor.kind) must specify 'name'", at: tensor.field))
                }
                continue
            }
            for complaint in complaints(about: tensor, isBatching: config.maxBatchSize > 0)
            where told.insert(complaint.message).inserted {
                violations.append(
                    .init("\(tensor.kind) '\(tensor.name)' \(complaint.message)", at: tensor.field + complaint.field))
            }
            for complaint in formatComplaints(about: tensor, platform: config.platform)
            where told.insert(complaint.message).inserted {
                violations.append(.init(complaint.message, at: tensor.field + complaint.field))
            }
        }
        return violations.map { .init("\($0.message) for \(config.name)", at: $0.field) }
    }

    /// Complaints that do not name the tensor, as Triton words them. Fields are those of the tensor, as `.dims`.
    private static func formatComplaints(about tensor: Tensor, platform: String) -> [ConfigurationViolation] {
        var complaints: [ConfigurationViolation] = []
        if tensor.format != .none, tensor.dims.rank != 3 {
            complaints.append(.init("model input NHWC/NCHW require 3 dims", at: ".format"))
        }
        if tensor.isShapeTensor, platform != "tensorrt_plan" {
            complaints.append(.init("shape tensors are only supported for TensorRT platform", at: ".is_shape_tensor"))
        }
        return complaints
    }

    private static func complaints(about tensor: Tensor, isBatching: Bool) -> [ConfigurationViolation] {
        var complaints: [ConfigurationViolation] = []
        if tensor.dataType == .invalid { complaints.append("must specify 'data_type'") }
        if tensor.dims.rank == 0 { complaints.append(.init("must specify 'dims'", at: ".dims")) }
        if let reshape = tensor.reshape, reshape.rank == 0, !isBatching {
            complaints.append(
                .init(
                    "cannot have empty reshape for non-batching model as scalar tensors are not supported",
                    at: ".reshape"))
        }
        if !tensor.dims.dimensions.allSatisfy(isAllowed) {
            complaints.append(
                .init("dimension must be integer >= 1, or -1 to indicate a variable-size dimension", at: ".dims"))
        } else if let reshape = tensor.reshape {
            complaints += reshapeComplaints(dims: tensor.dims, reshape: reshape).map { .init($0, at: ".reshape") }
        } else if !tensor.dims.hasVariableDimension, tensor.dims.elementCount == nil {
            complaints.append(
                .init("dims \(tensor.dims) have more elements than can be addressed", at: ".dims"))
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
