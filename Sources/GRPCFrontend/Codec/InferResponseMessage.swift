import InferenceTypes

/// The message `ModelInferResponse`, to be written.
struct InferResponseMessage: Sendable {
    var modelName = ""
    var modelVersion = ""
    var id = ""
    var parameters = Parameters()
    /// Their data follows as `raw_output_contents`, one entry for each.
    var outputs: [Tensor] = []

    init() {}

    init(_ response: InferenceResponse) {
        modelName = response.modelName
        modelVersion = String(response.modelVersion)
        id = response.id
        parameters = response.parameters
        outputs = response.outputs
    }

    /// The bytes of all fields but `raw_output_contents`.
    var metadataSize: Int {
        var size = Self.size(modelName) + Self.size(modelVersion) + Self.size(id)
        for entry in parameters.entries {
            size += ProtobufWriter.fieldSize(InferParameter.EntrySize(entry).entry)
        }
        for output in outputs { size += ProtobufWriter.fieldSize(OutputSize(output).output) }
        return size
    }

    /// The bytes of the message.
    var size: Int {
        outputs.reduce(metadataSize) { $0 + ProtobufWriter.fieldSize($1.bytes.count) }
    }

    /// Writes all fields but `raw_output_contents`, which come last.
    func writeMetadata(to writer: inout ProtobufWriter) {
        if !modelName.isEmpty { writer.string(1, modelName) }
        if !modelVersion.isEmpty { writer.string(2, modelVersion) }
        if !id.isEmpty { writer.string(3, id) }
        for entry in parameters.entries { InferParameter.write(entry, field: 4, to: &writer) }
        for output in outputs { Self.write(output, to: &writer) }
    }

    private static func write(_ output: Tensor, to writer: inout ProtobufWriter) {
        let size = OutputSize(output)
        writer.header(5, byteCount: size.output)
        if !output.name.isEmpty { writer.string(1, output.name) }
        writer.string(2, output.dataType.protocolName)
        guard size.shape > 0 else { return }
        writer.header(3, byteCount: size.shape)
        for dimension in output.shape.dimensions { writer.varint(UInt64(bitPattern: dimension)) }
    }

    /// A string that is empty is left out.
    private static func size(_ text: String) -> Int {
        text.isEmpty ? 0 : ProtobufWriter.fieldSize(text.utf8.count)
    }

    /// Sizes of the messages of one output.
    private struct OutputSize {
        let shape: Int
        let output: Int

        init(_ output: Tensor) {
            shape = output.shape.dimensions.reduce(0) { $0 + ProtobufWriter.varintSize(UInt64(bitPattern: $1)) }
            self.output =
                InferResponseMessage.size(output.name) + InferResponseMessage.size(output.dataType.protocolName)
                + (shape > 0 ? ProtobufWriter.fieldSize(shape) : 0)
        }
    }
}
