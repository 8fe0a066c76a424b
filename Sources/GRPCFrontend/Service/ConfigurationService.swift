import InferenceEngine
import InferenceProtos
import SwiftProtobuf
import InferenceTypes
import ModelConfiguration
import ServingProtocol

/// The model configuration extension.
struct ConfigurationService: Sendable {
    let service: any InferenceService

    func modelConfig(
        _ request: Inference_ModelConfigRequest
    ) async throws(ServingError) -> Inference_ModelConfigResponse {
        let version = try ModelVersion.number(request.version)
        let configuration = try await service.loadedModel(request.name, version: version).configuration
        let message = try Inference_ModelConfig(configuration)
        return .with { $0.config = message }
    }
}
