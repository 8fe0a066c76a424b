import InferenceTypes

/// Encodes the messages `ModelInferResponse` and `ModelStreamInferResponse`; the memory of large tensors is handed on
/// uncopied.
enum InferResponseEncoder {
    /// Tensors up to this size are copied: a piece of memory more costs the connection as much as copying a page.
    static let copiedTensorSize = 4096

    private static let rawOutputContentsField: UInt32 = 6

    static func encode(_ response: InferResponseMessage) -> GRPCMessage {
        encode(response, prefixSize: 0) { _ in }
    }

    /// - Parameter error: empty for a response that is none.
    static func encodeStreamed(_ response: InferResponseMessage, error: String = "") -> GRPCMessage {
        let size = response.size
        let errorSize = error.isEmpty ? 0 : ProtobufWriter.fieldSize(error.utf8.count)
        let prefixSize = errorSize + 1 + ProtobufWriter.varintSize(UInt64(size))
        return encode(response, prefixSize: prefixSize) { writer in
            if !error.isEmpty { writer.string(1, error) }
            writer.header(2, byteCount: size)
        }
    }

    /// - Parameter prefix: writes `prefixSize` bytes in front.
    private static func encode(
        _ response: InferResponseMessage, prefixSize: Int, prefix: (inout ProtobufWriter) -> Void
    ) -> GRPCMessage {
        let outputs = response.outputs
        let split = outputs.firstIndex { $0.bytes.count > copiedTensorSize } ?? outputs.endIndex
        var headSize = prefixSize + response.metadataSize
        for output in outputs[..<split] { headSize += ProtobufWriter.fieldSize(output.bytes.count) }
        if split < outputs.endIndex { headSize += pieceSize(of: outputs[split].bytes) }

        let head = [UInt8](unsafeUninitializedCapacity: headSize) { memory, count in
            var writer = ProtobufWriter(UnsafeMutableRawBufferPointer(memory))
            prefix(&writer)
            response.writeMetadata(to: &writer)
            for output in outputs[..<split] { writePiece(of: output.bytes, to: &writer) }
            if split < outputs.endIndex { writePiece(of: outputs[split].bytes, to: &writer) }
            count = writer.position
        }
        var message = GRPCMessage(head: head)
        message.isCompressible = true
        if split < outputs.endIndex { message.parts = parts(outputs[split...]) }
        return message
    }

    /// The first tensor, which is a large one, and all that follows: pieces of one buffer alternate with large tensors.
    private static func parts(_ outputs: ArraySlice<Tensor>) -> [TensorBytes] {
        guard let first = outputs.first, outputs.count > 1 else { return outputs.map(\.bytes) }
        let rest = outputs.dropFirst()
        let pieces = TensorBuffer(byteCount: rest.reduce(0) { $0 + pieceSize(of: $1.bytes) })
        let pieceBytes = TensorBytes(pieces)
        var writer = ProtobufWriter(pieces.bytes)
        var start = 0
        var parts = [first.bytes]
        for output in rest {
            writePiece(of: output.bytes, to: &writer)
            guard output.bytes.count > copiedTensorSize else { continue }
            parts.append(pieceBytes.slice(start..<writer.position))
            parts.append(output.bytes)
            start = writer.position
        }
        if start < writer.position { parts.append(pieceBytes.slice(start..<writer.position)) }
        return parts
    }

    /// What `writePiece` writes for a tensor: its tag and its length, and its bytes if they are few.
    private static func pieceSize(of tensor: TensorBytes) -> Int {
        let size = ProtobufWriter.fieldSize(tensor.count)
        return tensor.count > copiedTensorSize ? size - tensor.count : size
    }

    private static func writePiece(of tensor: TensorBytes, to writer: inout ProtobufWriter) {
        writer.header(rawOutputContentsField, byteCount: tensor.count)
        guard tensor.count <= copiedTensorSize else { return }
        tensor.withUnsafeBytes { writer.bytes($0) }
    }
}
