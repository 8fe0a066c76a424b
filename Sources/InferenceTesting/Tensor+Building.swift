public import InferenceTypes

extension Tensor {
    /// A tensor of fixed-size elements.
    public static func forTesting<Element: BitwiseCopyable>(
        _ name: String, _ type: DataType, _ shape: Shape, _ elements: [Element]
    ) -> Tensor {
        let bytes = elements.withUnsafeBytes { TensorBytes(copying: $0) }
        return Tensor(name: name, dataType: type, shape: shape, bytes: bytes)
    }

    /// A BYTES tensor.
    public static func forTesting(_ name: String, _ shape: Shape, strings: [String]) -> Tensor {
        var bytes: [UInt8] = []
        for string in strings {
            withUnsafeBytes(of: UInt32(string.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: string.utf8)
        }
        return Tensor(name: name, dataType: .bytes, shape: shape, bytes: TensorBytes(copying: bytes))
    }

    /// The elements, read as `type`.
    public func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
        bytes.withUnsafeBytes { raw in
            stride(
                from: 0, to: raw.count / MemoryLayout<Element>.size * MemoryLayout<Element>.size,
                by: MemoryLayout<Element>.size
            )
            .map { raw.loadUnaligned(fromByteOffset: $0, as: type) }
        }
    }
}

extension InferenceRequest {
    /// A request with these inputs.
    public static func forTesting(
        _ model: String, _ inputs: [Tensor], outputs: [String] = [], id: String = ""
    ) -> InferenceRequest {
        var request = InferenceRequest(modelName: model)
        request.inputs = inputs
        request.requestedOutputs = outputs
        request.id = id
        return request
    }
}
