import InferenceEngine
import InferenceTypes
import JSONText
import ModelConfiguration
import ServingProtocol

/// Encodes an inference response: JSON, and the tensors that follow it in binary form, whose memory is handed on uncopied.
enum InferResponseEncoder {
    struct Encoded: Sendable {
        /// The JSON part.
        var header: [UInt8]
        /// What follows it, in this order; none is empty. If there is any, the response is `application/octet-stream` and
        /// tells the length of the header in `Inference-Header-Content-Length`.
        var tensors: [TensorBytes]
    }

    /// - Parameter response: prepared by the plan's outputs.
    static func encode(_ response: InferenceResponse, _ plan: InferResponsePlan) throws(ServingError) -> Encoded {
        var writer = JSONWriter()
        var tensors: [TensorBytes] = []
        writer.beginObject()
        if !response.id.isEmpty {
            writer.key("id")
            writer.string(response.id)
        }
        writer.key("model_name")
        writer.string(response.modelName)
        writer.key("model_version")
        writer.string(String(response.modelVersion))
        if !response.parameters.isEmpty { write(response.parameters, &writer) }
        writer.key("outputs")
        writer.beginArray()
        for output in response.outputs {
            let encoding = plan.outputs.isInSharedMemory(output.name) ? nil : plan.encoding(of: output.name)
            try write(output, encoding, &writer)
            if encoding == .binary && output.bytes.count > 0 { tensors.append(output.bytes) }
        }
        writer.endArray()
        writer.endObject()
        return Encoded(header: writer.bytes, tensors: tensors)
    }

    private static func write(_ parameters: Parameters, _ writer: inout JSONWriter) {
        writer.key("parameters")
        writer.beginObject()
        for entry in parameters.entries {
            writer.key(entry.name)
            writer.write(entry.value)
        }
        writer.endObject()
    }

    /// - Parameter encoding: `nil` for a tensor whose data is not sent.
    private static func write(
        _ tensor: Tensor, _ encoding: InferResponsePlan.Encoding?, _ writer: inout JSONWriter
    ) throws(ServingError) {
        writer.beginObject()
        writer.key("name")
        writer.string(tensor.name)
        writer.key("datatype")
        writer.string(tensor.dataType.protocolName)
        writer.key("shape")
        writer.beginArray()
        for dimension in tensor.shape.dimensions { writer.int(dimension) }
        writer.endArray()
        switch encoding {
        case .binary:
            writer.key("parameters")
            writer.beginObject()
            writer.key("binary_data_size")
            writer.int(tensor.bytes.count)
            writer.endObject()
        case .json:
            writer.key("data")
            writer.beginArray()
            try JSONTensorEncoder.write(tensor, &writer)
            writer.endArray()
        case nil: break
        }
        writer.endObject()
    }
}
