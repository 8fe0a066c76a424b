import InferenceTypes
import JSONText

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
        case .bool: try writeElements(tensor, UInt8.self, &writer) { $0.bool($1 != 0) }
        case .uint8: try writeElements(tensor, UInt8.self, &writer) { $0.int($1) }
        case .uint16: try writeElements(tensor, UInt16.self, &writer) { $0.int($1) }
        case .uint32: try writeElements(tensor, UInt32.self, &writer) { $0.int($1) }
        case .uint64: try writeElements(tensor, UInt64.self, &writer) { $0.int($1) }
        case .int8: try writeElements(tensor, Int8.self, &writer) { $0.int($1) }
        case .int16: try writeElements(tensor, Int16.self, &writer) { $0.int($1) }
        case .int32: try writeElements(tensor, Int32.self, &writer) { $0.int($1) }
        case .int64: try writeElements(tensor, Int64.self, &writer) { $0.int($1) }
        case .fp32: try writeElements(tensor, Float.self, &writer) { $0.number($1) }
        case .fp64: try writeElements(tensor, Double.self, &writer) { $0.number($1) }
        }
    }

    private static func mismatch(_ tensor: Tensor) -> ServingError {
        ServingError(.internal, "output tensor shape does not match size of output for '\(tensor.name)'")
    }

    @inline(__always)
    private static func writeElements<Element: BitwiseCopyable>(
        _ tensor: Tensor, _: Element.Type, _ writer: inout JSONWriter, _ write: (inout JSONWriter, Element) -> Void
    ) throws(ServingError) {
        guard tensor.bytes.count == tensor.shape.byteCount(of: tensor.dataType) else { throw mismatch(tensor) }
        tensor.bytes.withUnsafeBytes { memory in
            for offset in stride(from: 0, to: memory.count, by: MemoryLayout<Element>.size) {
                write(&writer, memory.loadUnaligned(fromByteOffset: offset, as: Element.self))
            }
        }
    }

    private static func writeStrings(_ tensor: Tensor, _ writer: inout JSONWriter) throws(ServingError) {
        guard let expected = tensor.shape.elementCount else { throw mismatch(tensor) }
        let written = tensor.bytes.withUnsafeBytes { memory in
            var elements = BytesElements(memory)
            var count = 0
            while count < expected, let element = elements.next() {
                writer.string(utf8: element)
                count += 1
            }
            return count
        }
        guard written == expected else { throw mismatch(tensor) }
    }
}
