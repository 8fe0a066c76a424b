import InferenceTypes
import JSONText
import ServingProtocol

/// The model repository extension.
struct RepositoryRoutes: Sendable {
    let service: any InferenceService
    let maximumJSONBytes: Int

    func index(_ body: TensorBytes) async throws(ServingError) -> HTTPResponse {
        let request = try RequestJSON(body, maximumBytes: maximumJSONBytes)
        let readyOnly = try RequestJSON.bool(request?.value["ready"]) ?? false
        let entries = try await service.repositoryIndex(readyOnly: readyOnly)
        var writer = JSONWriter(reserving: 64 * (entries.count + 1))
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.key("name")
            writer.string(entry.name)
            if let version = entry.version {
                writer.key("version")
                writer.string(String(version))
            }
            if let state = entry.state {
                writer.key("state")
                writer.string(state.rawValue)
            }
            if !entry.reason.isEmpty {
                writer.key("reason")
                writer.string(entry.reason)
            }
            writer.endObject()
        }
        writer.endArray()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }

    func load(_ name: String, repository: String?, _ body: TensorBytes) async throws(ServingError) -> HTTPResponse {
        try Self.refuse(repository: repository)
        try await service.loadModel(name, parameters: try Self.loadParameters(body, maximumBytes: maximumJSONBytes))
        return Self.answer(service.memoryReport(ofModel: name))
    }

    func unload(_ name: String, repository: String?, _ body: TensorBytes) async throws(ServingError) -> HTTPResponse {
        try Self.refuse(repository: repository)
        let request = try RequestJSON(body, maximumBytes: maximumJSONBytes)
        let dependents = try RequestJSON.bool(request?.value["parameters"]?["unload_dependents"]) ?? false
        let memory = service.memoryReport(ofModel: name)
        try await service.unloadModel(name, unloadDependents: dependents)
        return Self.answer(memory)
    }

    /// Triton's empty body, and the memory in header fields.
    private static func answer(_ memory: ModelMemoryReport?) -> HTTPResponse {
        var response = HTTPResponse(.ok, .json)
        response.fields = (memory?.fields ?? []).map { HTTPResponse.Field(name: $0.name, value: $0.value) }
        return response
    }

    private static func refuse(repository: String?) throws(ServingError) {
        guard repository != nil else { return }
        throw .repositoryNameIsUnsupported
    }

    /// `{"parameters":{"config":"<JSON text>","file:<path>":"<base64>"}}`
    static func loadParameters(_ body: TensorBytes, maximumBytes: Int) throws(ServingError) -> ModelLoadParameters {
        var parameters = ModelLoadParameters()
        guard let request = try RequestJSON(body, maximumBytes: maximumBytes),
            let given = request.value["parameters"]
        else { return parameters }
        for member in try RequestJSON.members(given) {
            let text = try RequestJSON.string(member.value)
            if member.name == "config" {
                parameters.configurationJSON = text
            } else if member.name.hasPrefix("file:") {
                guard let content = Base64.decode(text.utf8) else {
                    throw ServingError(
                        .invalidArgument, "the value of load parameter '\(member.name)' is not base64 text")
                }
                parameters.files[String(member.name.dropFirst("file:".count))] = content
            } else {
                throw ServingError(.internal, "unexpected error on creating Triton parameter")
            }
        }
        return parameters
    }
}
