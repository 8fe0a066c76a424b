import InferenceProtos
import SwiftProtobuf
import InferenceTypes
import ServingProtocol

/// The model repository extension.
struct RepositoryService: Sendable {
    let service: any InferenceService

    func index(
        _ request: Inference_RepositoryIndexRequest
    ) async throws(ServingError) -> Inference_RepositoryIndexResponse {
        try Self.refuse(repository: request.repositoryName)
        let entries = try await service.repositoryIndex(readyOnly: request.ready)
        return .with {
            $0.models = entries.map { entry in
                .with {
                    $0.name = entry.name
                    $0.version = entry.version.map(String.init) ?? ""
                    $0.state = entry.state?.rawValue ?? ""
                    $0.reason = entry.reason
                }
            }
        }
    }

    func load(
        _ request: Inference_RepositoryModelLoadRequest
    ) async throws(ServingError) -> (Inference_RepositoryModelLoadResponse, [GRPCMetadata.Field]) {
        try Self.refuse(repository: request.repositoryName)
        try await service.loadModel(request.modelName, parameters: try Self.loadParameters(request.parameters))
        return (
            Inference_RepositoryModelLoadResponse(), Self.trailers(service.memoryReport(ofModel: request.modelName))
        )
    }

    func unload(
        _ request: Inference_RepositoryModelUnloadRequest
    ) async throws(ServingError) -> (Inference_RepositoryModelUnloadResponse, [GRPCMetadata.Field]) {
        try Self.refuse(repository: request.repositoryName)
        var unloadsDependents = false
        if let parameter = request.parameters["unload_dependents"] {
            guard case .boolParam(let value) = parameter.parameterChoice else {
                throw ServingError(
                    .invalidArgument, "invalid value type for 'unload_dependents' parameter, expected bool_param.")
            }
            unloadsDependents = value
        }
        let memory = service.memoryReport(ofModel: request.modelName)
        try await service.unloadModel(request.modelName, unloadDependents: unloadsDependents)
        return (Inference_RepositoryModelUnloadResponse(), Self.trailers(memory))
    }

    private static func trailers(_ memory: ModelMemoryReport?) -> [GRPCMetadata.Field] {
        (memory?.fields ?? []).map { GRPCMetadata.Field(name: $0.name, value: $0.value) }
    }

    private static func refuse(repository: String) throws(ServingError) {
        guard repository.isEmpty else { throw .repositoryNameIsUnsupported }
    }

    /// `config`: a string, JSON text. `file:<path>`: bytes.
    private static func loadParameters(
        _ given: [String: Inference_ModelRepositoryParameter]
    ) throws(ServingError) -> ModelLoadParameters {
        var parameters = ModelLoadParameters()
        // Sorted, so that of several faults the same one is always told.
        for (name, parameter) in given.sorted(by: { $0.key < $1.key }) {
            if name == "config" {
                guard case .stringParam(let text) = parameter.parameterChoice else {
                    throw wrongType(of: name, expected: "string_param")
                }
                parameters.configurationJSON = text
            } else if name.hasPrefix("file:") {
                guard case .bytesParam(let content) = parameter.parameterChoice else {
                    throw wrongType(of: name, expected: "bytes_param")
                }
                parameters.files[String(name.dropFirst("file:".count))] = Array(content)
            } else {
                throw ServingError(.invalidArgument, "unrecognized load parameter '\(name)'.")
            }
        }
        return parameters
    }

    private static func wrongType(of name: String, expected: String) -> ServingError {
        ServingError(.invalidArgument, "invalid value type for load parameter '\(name)', expected \(expected).")
    }
}
