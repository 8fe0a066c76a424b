import InferenceProtos
import SwiftProtobuf

/// What a client that watches the health of the server or a model is told: the state at first, and then each change.
struct HealthWatch {
    typealias Response = Grpc_Health_V1_HealthCheckResponse

    private var last: Response.ServingStatus?
    private var hasEnded = false

    /// The response to send now, if any. A name without state may get one later: a model that is loaded.
    mutating func observe(_ status: Response.ServingStatus?) -> Response? {
        let status = status ?? .serviceUnknown
        guard status != last, !hasEnded else { return nil }
        last = status
        return .with { $0.status = status }
    }

    /// The server stops: the last response, if any.
    mutating func end() -> Response? {
        defer { hasEnded = true }
        return observe(.notServing)
    }
}
