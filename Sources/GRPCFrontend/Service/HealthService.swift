import InferenceProtos
import SwiftProtobuf
import InferenceTypes
import ServingProtocol

/// Liveness and readiness of the server and of its models.
struct HealthService: Sendable {
    let service: any InferenceService

    func serverLive(_: Inference_ServerLiveRequest) -> Inference_ServerLiveResponse {
        .with { $0.live = service.isLive }
    }

    func serverReady(_: Inference_ServerReadyRequest) -> Inference_ServerReadyResponse {
        .with { $0.ready = service.isReady }
    }

    /// A model that is not there is not ready; only a version that is no number is an error.
    func modelReady(_ request: Inference_ModelReadyRequest) throws(ServingError) -> Inference_ModelReadyResponse {
        let version = try ModelVersion.number(request.version)
        return .with { $0.ready = service.isModelReady(request.name, version: version) }
    }
}
