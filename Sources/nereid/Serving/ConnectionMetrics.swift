import GRPCFrontend
import HTTPFrontend
import InferenceTypes
import MetricsExposition
import ServerTransport

/// What clients take of the server: connections, and memory for what they send.
struct ConnectionMetrics: MetricSource {
    static let connections = MetricDescription(
        .gauge, "nereid_connections", "Number of open connections of clients by protocol")
    static let refusedConnections = MetricDescription(
        .counter, "nereid_connections_refused_total", "Number of connections that were too many, by protocol")
    static let openRequests = MetricDescription(
        .gauge, "nereid_requests_in_flight", "Number of requests that are being answered, by protocol")
    static let requestMemory = MetricDescription(
        .gauge, "nereid_request_memory_bytes", "Memory of the large request bodies that the server holds, in bytes")
    static let keptMemory = MetricDescription(
        .gauge, "nereid_tensor_memory_kept_bytes", "Freed tensor memory that is kept for use again, in bytes")

    let http: HTTPServer?
    let grpc: GRPCServer?
    let budget: BodyBudget

    func collect(into families: inout MetricFamilies) {
        if let http {
            add("http", http.connectionCount, refused: http.refusedConnectionCount, http.openRequestCount, &families)
        }
        if let grpc {
            add("grpc", grpc.connectionCount, refused: grpc.refusedConnectionCount, grpc.openCallCount, &families)
        }
        families.add(Self.requestMemory, budget.usedByteCount)
        families.add(Self.keptMemory, TensorMemory.shared.keptByteCount)
    }

    private func add(
        _ name: String, _ connections: Int, refused: Int, _ openRequests: Int, _ families: inout MetricFamilies
    ) {
        let labels: MetricLabels = ["protocol": name]
        families.add(Self.connections, connections, labels)
        families.add(Self.refusedConnections, refused, labels)
        families.add(Self.openRequests, openRequests, labels)
    }
}
