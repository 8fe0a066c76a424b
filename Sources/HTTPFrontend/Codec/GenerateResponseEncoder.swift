import InferenceTypes
import JSONText

/// Encodes one response of a generate request: a flat JSON object of id, model, response parameters and outputs, sorted
/// by name. Of those with the same name the first in this order counts.
enum GenerateResponseEncoder {
    private enum Member {
        case text(String)
        case parameter(ParameterValue)
        case output(Tensor)
    }

    static func encode(_ response: InferenceResponse) throws(ServingError) -> [UInt8] {
        var members: [String: Member] = [:]
        func add(_ name: String, _ member: Member) {
            if members[name] == nil { members[name] = member }
        }
        if !response.id.isEmpty { add("id", .text(response.id)) }
        add("model_name", .text(response.modelName))
        add("model_version", .text(String(response.modelVersion)))
        for entry in response.parameters.entries { add(entry.name, .parameter(entry.value)) }
        for output in response.outputs { add(output.name, .output(output)) }

        var writer = JSONWriter()
        writer.beginObject()
        for (name, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            writer.key(name)
            switch member {
            case .text(let text): writer.string(text)
            case .parameter(let value): writer.write(value)
            case .output(let tensor): try write(tensor, &writer)
            }
        }
        writer.endObject()
        return writer.bytes
    }

    /// A single element stands without an array.
    private static func write(_ tensor: Tensor, _ writer: inout JSONWriter) throws(ServingError) {
        let isScalar = tensor.shape.elementCount == 1
        if !isScalar { writer.beginArray() }
        try JSONTensorEncoder.write(tensor, &writer)
        if !isScalar { writer.endArray() }
    }

    /// `{"error":"..."}`
    static func encode(_ error: ServingError) -> [UInt8] { HTTPResponse.failure(error).body }
}
