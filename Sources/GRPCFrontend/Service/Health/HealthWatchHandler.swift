import InferenceProtos
import InferenceTypes

/// Answers a call of `grpc.health.v1.Health/Watch` until the client leaves.
final class HealthWatchHandler: GRPCCallHandler {
    private static let wrongCount = GRPCStatus(.unimplemented, "a health watch takes exactly one request")

    private let watcher: HealthWatcher
    private var watching: Task<Void, Never>?

    init(_ watcher: HealthWatcher) { self.watcher = watcher }

    func received(_ message: TensorBytes) {
        guard watching == nil else {
            watching?.cancel()
            return watcher.call.finish(Self.wrongCount)
        }
        do throws(GRPCStatus) {
            let name = try Grpc_Health_V1_HealthCheckRequest(message: message).service
            watching = Task { [watcher] in await watcher.run(name) }
        } catch {
            watcher.call.finish(error)
        }
    }

    /// The watch goes on: clients always end their side after the request.
    func halfClosed() {
        if watching == nil { watcher.call.finish(Self.wrongCount) }
    }

    func cancelled() { watching?.cancel() }

    func serverStops() {
        watching?.cancel()
        watcher.serverStops()
    }
}
