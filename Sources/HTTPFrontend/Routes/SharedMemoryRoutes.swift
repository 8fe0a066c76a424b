import InferenceTypes
import JSONText
import ServingProtocol

/// The shared memory extensions.
struct SharedMemoryRoutes: Sendable {
    let service: any InferenceService
    let maximumJSONBytes: Int

    func status(_ kind: HTTPRoute.SharedMemoryKind, region: String?) throws(ServingError) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginArray()
        switch kind {
        case .cuda: try service.sharedMemory.cudaStatus(region)
        case .system:
            for status in try service.sharedMemory.status(region) {
                writer.beginObject()
                writer.key("name")
                writer.string(status.name)
                writer.key("key")
                writer.string(status.key)
                writer.key("offset")
                writer.int(status.offset)
                writer.key("byte_size")
                writer.int(status.byteSize)
                writer.endObject()
            }
        }
        writer.endArray()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }

    func register(
        _ kind: HTTPRoute.SharedMemoryKind, region: String, _ body: TensorBytes
    ) throws(ServingError) -> HTTPResponse {
        try service.sharedMemory.checkAllowed()
        let request = try RequestJSON.required(body, maximumBytes: maximumJSONBytes).value
        switch kind {
        case .system:
            let key = try RequestJSON.string(try Self.field("key", of: request))
            let offset = try request["offset"].map(RequestJSON.unsigned) ?? 0
            let byteSize = try RequestJSON.unsigned(try Self.field("byte_size", of: request))
            try service.sharedMemory.register(region, key: key, offset: offset, byteSize: byteSize)
            return HTTPResponse(.ok, .json)
        case .cuda:
            let handle = try RequestJSON.string(
                try RequestJSON.member("b64", of: try Self.field("raw_handle", of: request)))
            _ = try RequestJSON.unsigned(try Self.field("device_id", of: request))
            _ = try RequestJSON.unsigned(try Self.field("byte_size", of: request))
            try service.sharedMemory.registerCUDA(region, handle: Base64.decode(handle.utf8))
        }
    }

    func unregister(_ kind: HTTPRoute.SharedMemoryKind, region: String?) throws(ServingError) -> HTTPResponse {
        switch kind {
        case .system: try service.sharedMemory.unregister(region)
        case .cuda: try service.sharedMemory.unregisterCUDA(region)
        }
        return HTTPResponse(.ok, .json)
    }

    private static func field(_ name: String, of request: JSONValue) throws(ServingError) -> JSONValue {
        guard let value = request[name] else {
            throw ServingError(.invalidArgument, "Shared memory register request has no '\(name)' field")
        }
        return value
    }
}
