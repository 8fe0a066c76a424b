import InferenceProtos
import InferenceTypes
import ServingProtocol
import Synchronization

/// Looks at the health of the server or of a model again and again, and sends what a `HealthWatch` answers.
///
/// Health follows from the states of all models and versions, which change in many places and under several locks: a look
/// every half second costs a watch less than being told by all of them would cost the server.
final class HealthWatcher: Sendable {
    let call: any GRPCCall
    private let health: HealthCheckService
    /// Returns when it is time to look again; throws when its task is cancelled.
    private let pause: @Sendable () async throws -> Void
    /// Held while a response is sent, so that the last one stays the last.
    private let watch = Mutex(HealthWatch())

    init(call: any GRPCCall, health: HealthCheckService, pause: @escaping @Sendable () async throws -> Void) {
        self.call = call
        self.health = health
        self.pause = pause
    }

    /// Returns when the task is cancelled or the client has gone.
    func run(_ name: String) async {
        while !Task.isCancelled, !call.cancellation.isCancelled {
            let status = health.status(of: name)
            do throws(GRPCStatus) {
                try send { $0.observe(status) }
            } catch {
                return call.finish(error)
            }
            do { try await pause() } catch { return }
        }
    }

    /// Tells the client that the server serves no more, and ends the call.
    func serverStops() {
        do throws(GRPCStatus) {
            try send { $0.end() }
            call.finish(GRPCStatus(.serverIsStopping))
        } catch {
            call.finish(error)
        }
    }

    private func send(_ decision: (inout HealthWatch) -> HealthWatch.Response?) throws(GRPCStatus) {
        try watch.withLock { watch throws(GRPCStatus) in
            if let response = decision(&watch) { call.send(try GRPCMessage(encoding: response)) }
        }
    }
}
