import InferenceProtos
import SwiftProtobuf
import InferenceTypes
import ServingProtocol

/// gRPC's standard health service (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
///
/// The empty name and those of the server's own gRPC services stand for the server as a whole; every other name is that
/// of a model.
struct HealthCheckService: Sendable {
    typealias Status = Grpc_Health_V1_HealthCheckResponse.ServingStatus

    let service: any InferenceService
    /// The gRPC services of this server.
    let serviceNames: Set<String>

    /// The state of the server or a model; `nil` for a name that is neither.
    func status(of name: String) -> Status? {
        if name.isEmpty || serviceNames.contains(name) {
            return service.isLive && service.isReady ? .serving : .notServing
        }
        if service.isModelReady(name, version: nil) { return .serving }
        return service.isModelKnown(name) ? .notServing : nil
    }

    func check(
        _ request: Grpc_Health_V1_HealthCheckRequest
    ) throws(ServingError) -> Grpc_Health_V1_HealthCheckResponse {
        guard let status = status(of: request.service) else {
            throw ServingError(
                .notFound, "'\(request.service)' is neither a gRPC service of this server nor a model that it knows")
        }
        return .with { $0.status = status }
    }
}
