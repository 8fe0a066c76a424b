import ServingProtocol

/// Liveness and readiness: the status says it, the body is empty.
struct HealthRoutes: Sendable {
    let service: any InferenceService

    func live() -> HTTPResponse { HTTPResponse(service.isLive ? .ok : .badRequest, .plainText) }

    func ready() -> HTTPResponse { HTTPResponse(service.isReady ? .ok : .badRequest, .plainText) }

    func modelReady(_ name: String, version: Int64?) -> HTTPResponse {
        guard service.isModelReady(name, version: version) else {
            return .failure(.badRequest, "Model version not ready", .plainText)
        }
        return HTTPResponse(.ok, .plainText)
    }
}
