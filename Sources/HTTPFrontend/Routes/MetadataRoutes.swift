import InferenceTypes
import JSONText
import ServingProtocol

/// What the server and its models are.
struct MetadataRoutes: Sendable {
    let service: any InferenceService

    func server() -> HTTPResponse {
        let metadata = service.serverMetadata
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("name")
        writer.string(metadata.name)
        writer.key("version")
        writer.string(metadata.version)
        writer.key("extensions")
        writer.beginArray()
        for name in metadata.extensions { writer.string(name) }
        writer.endArray()
        writer.endObject()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }

    func model(_ name: String, version: Int64?) throws(ServingError) -> HTTPResponse {
        let metadata = try service.modelMetadata(name, version: version)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("name")
        writer.string(metadata.name)
        writer.key("versions")
        writer.beginArray()
        for version in metadata.versions { writer.string(String(version)) }
        writer.endArray()
        writer.key("platform")
        writer.string(metadata.platform)
        writer.key("inputs")
        Self.write(metadata.inputs, to: &writer)
        writer.key("outputs")
        Self.write(metadata.outputs, to: &writer)
        writer.endObject()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }

    private static func write(_ tensors: [ModelMetadata.TensorMetadata], to writer: inout JSONWriter) {
        writer.beginArray()
        for tensor in tensors {
            writer.beginObject()
            writer.key("name")
            writer.string(tensor.name)
            writer.key("datatype")
            writer.string(tensor.dataType.protocolName)
            writer.key("shape")
            writer.beginArray()
            for dimension in tensor.shape.dimensions { writer.int(dimension) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }
}
