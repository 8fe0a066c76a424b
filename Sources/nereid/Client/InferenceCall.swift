import InferenceTypes
import JSONText

/// One inference request as the binary tensor extension of the KServe v2 protocol writes it.
struct InferenceCall {
    struct Input {
        var name: String
        var dataType: DataType
        var shape: Shape
        var bytes: [UInt8]
    }

    var inputs: [Input]
    /// Empty asks for all outputs.
    var outputs: [String]

    /// The body, and the length of the JSON at its start.
    var body: (bytes: [UInt8], headerLength: Int) {
        var json = JSONWriter()
        json.beginObject()
        json.key("inputs")
        json.beginArray()
        for input in inputs {
            json.beginObject()
            json.key("name")
            json.string(input.name)
            json.key("datatype")
            json.string(input.dataType.protocolName)
            json.key("shape")
            json.beginArray()
            for dimension in input.shape.dimensions { json.int(dimension) }
            json.endArray()
            json.key("parameters")
            json.beginObject()
            json.key("binary_data_size")
            json.int(input.bytes.count)
            json.endObject()
            json.endObject()
        }
        json.endArray()
        appendOutputs(to: &json)
        json.endObject()
        return (json.bytes + inputs.flatMap(\.bytes), json.bytes.count)
    }

    private func appendOutputs(to json: inout JSONWriter) {
        guard !outputs.isEmpty else {
            json.key("parameters")
            json.beginObject()
            json.key("binary_data_output")
            json.bool(true)
            json.endObject()
            return
        }
        json.key("outputs")
        json.beginArray()
        for output in outputs {
            json.beginObject()
            json.key("name")
            json.string(output)
            json.key("parameters")
            json.beginObject()
            json.key("binary_data")
            json.bool(true)
            json.endObject()
            json.endObject()
        }
        json.endArray()
    }
}
