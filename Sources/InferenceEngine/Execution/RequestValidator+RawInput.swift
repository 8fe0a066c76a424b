import InferenceTypes

extension RequestValidator {
    /// The name that a raw input has until it is deduced, and in errors.
    public static let rawInputName = "raw_input"

    /// Gives the only input of a raw request the name, datatype and shape of the model's only input.
    func deduceRawInput(_ request: inout InferenceRequest) throws(ServingError) {
        guard request.inputs.count == 1, inputs.count == 1 else {
            throw error(
                request,
                "Raw request must only have 1 input (found \(request.inputs.count)) to be deduced but got "
                    + "\(inputs.count) inputs in '\(modelName)' model configuration")
        }
        let rule = inputs[0]
        let bytes = request.inputs[0].bytes
        var dimensions: [Int64] = rule.batches ? [1] : []
        var variablePosition: Int?
        var fixedCount: Int? = 1
        for dimension in rule.dims.dimensions {
            if dimension == -1 {
                guard variablePosition == nil else {
                    throw error(
                        request,
                        "The shape of the raw input '\(rule.name)' can not be deduced because there are more than one "
                            + "variable-sized dimension")
                }
                variablePosition = dimensions.count
            } else {
                fixedCount = fixedCount.flatMap { multiply($0, Int(dimension)) }
            }
            dimensions.append(dimension)
        }
        var data = bytes
        if rule.dataType == .bytes {
            guard variablePosition == nil, fixedCount == 1 else {
                throw error(
                    request,
                    "For BYTE datatype raw input '\(rule.name)', the model must have input shape [1]")
            }
            data = try lengthPrefixed(bytes, request)
        } else if let variablePosition {
            let itemSize = fixedCount.flatMap { multiply($0, rule.dataType.byteSize ?? 0) } ?? 0
            dimensions[variablePosition] = itemSize > 0 ? Int64(bytes.count / itemSize) : 0
        }
        request.inputs[0] = Tensor(
            name: rule.name, dataType: rule.dataType, shape: Shape(dimensions), bytes: data)
    }

    private func lengthPrefixed(_ bytes: TensorBytes, _ request: InferenceRequest) throws(ServingError) -> TensorBytes {
        guard bytes.count <= UInt32.max else {
            throw error(request, "raw input of \(bytes.count) bytes is too long for one string element")
        }
        let buffer = TensorBuffer(byteCount: BytesElements.lengthSize + bytes.count)
        bytes.withUnsafeBytes { _ = BytesElements.write($0, to: buffer.bytes) }
        return TensorBytes(buffer)
    }
}
