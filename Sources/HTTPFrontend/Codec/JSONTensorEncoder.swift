import InferenceTypes
import JSONText
import ServingProtocol

/// Writes the elements of a tensor as JSON values, in row-major order.
enum JSONTensorEncoder {
    static func write(_ tensor: Tensor, _ writer: inout JSONWriter) throws(ServingError) {
        switch tensor.dataType {
        case .invalid: throw ServingError(.invalidArgument, "Invalid data type for output tensor")
        case .fp16, .bf16:
            throw ServingError(
                .invalidArgument,
                "sending \(tensor.dataType.protocolName) data via JSON is not supported. Please use the binary data format for "
                    + "output")
        case .bytes: try writeStrings(tensor, &writer)
        case .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp32, .fp64:
            guard let element = JSONElement(tensor.dataType),
                tensor.bytes.count == tensor.shape.byteCount(of: tensor.dataType)
            else { throw .outputSizeMismatch(tensor) }
            tensor.bytes.withUnsafeBytes { writer.elements(element, $0) }
        }
    }

    private static func writeStrings(_ tensor: Tensor, _ writer: inout JSONWriter) throws(ServingError) {
        guard let expected = tensor.shape.elementCount else { throw .outputSizeMismatch(tensor) }
        let written = tensor.bytes.withUnsafeBytes { memory in
            var elements = BytesElements(memory)
            var count = 0
            while count < expected, let element = elements.next() {
                writer.string(utf8: element)
                count += 1
            }
            return count
        }
        guard written == expected else { throw .outputSizeMismatch(tensor) }
    }
}
