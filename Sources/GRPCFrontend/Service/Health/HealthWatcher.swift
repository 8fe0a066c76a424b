import InferenceProtos
import InferenceTypes

/// Looks at the health of the server or of a model again and again, and sends what a `HealthWatch` answers.
struct HealthWatcher: Sendable {
    let call: any GRPCCall
    let health: HealthCheckService
    /// Returns when it is time to look again; throws when its task is cancelled.
    let pause: @Sendable () async throws -> Void

    /// Returns when the task is cancelled or the client has gone.
    func run(_ name: String) async {
        var watch = HealthWatch()
        while !Task.isCancelled, !call.cancellation.isCancelled {
            if let response = watch.observe(health.status(of: name)) {
                do throws(GRPCStatus) {
                    call.send(try GRPCMessage(encoding: response))
                } catch {
                    return call.finish(error)
                }
            }
            do { try await pause() } catch { return }
        }
    }
}
