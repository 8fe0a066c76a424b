import InferenceProtos
import SwiftProtobuf
import InferenceTypes
import ServingProtocol

/// What the server and its models are.
struct MetadataService: Sendable {
    let service: any InferenceService

    func serverMetadata(_: Inference_ServerMetadataRequest) -> Inference_ServerMetadataResponse {
        let metadata = service.serverMetadata
        return .with {
            $0.name = metadata.name
            $0.version = metadata.version
            $0.extensions = metadata.extensions
        }
    }

    func modelMetadata(
        _ request: Inference_ModelMetadataRequest
    ) async throws(ServingError) -> Inference_ModelMetadataResponse {
        let version = try ModelVersion.number(request.version)
        let servable = try await service.loadedModel(request.name, version: version)
        let metadata = try withExtendedLifetime(servable) { () throws(ServingError) in
            try service.modelMetadata(request.name, version: version)
        }
        return .with {
            $0.name = metadata.name
            $0.versions = metadata.versions.map(String.init)
            $0.platform = metadata.platform
            $0.inputs = metadata.inputs.map(Self.tensor)
            $0.outputs = metadata.outputs.map(Self.tensor)
        }
    }

    private static func tensor(
        _ tensor: ModelMetadata.TensorMetadata
    ) -> Inference_ModelMetadataResponse.TensorMetadata {
        .with {
            $0.name = tensor.name
            $0.datatype = tensor.dataType.protocolName
            $0.shape = tensor.shape.dimensions
        }
    }
}
