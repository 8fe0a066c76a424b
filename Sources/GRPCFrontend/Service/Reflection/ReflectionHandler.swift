import InferenceTypes
import ServingProtocol

/// Answers a call of `ServerReflectionInfo`: a response for each request, in order.
final class ReflectionHandler: GRPCCallHandler {
    /// Answers are larger than requests: a client that does not read them must not fill the memory.
    static let maximumPendingBytes = 4 << 20

    private let call: any GRPCCall
    private let service: ReflectionService

    init(call: any GRPCCall, service: ReflectionService) {
        self.call = call
        self.service = service
    }

    func received(_ message: TensorBytes) {
        guard call.pendingByteCount <= Self.maximumPendingBytes else {
            return call.finish(
                GRPCStatus(
                    .resourceExhausted,
                    "more than \(Self.maximumPendingBytes) bytes of answers wait; read them before asking for more"))
        }
        do throws(GRPCStatus) {
            call.send(try GRPCMessage(encoding: service.respond(to: try ReflectionService.Request(message: message))))
        } catch {
            call.finish(error)
        }
    }

    func halfClosed() { call.finish(.ok) }

    func cancelled() {}

    func serverStops() { call.finish(GRPCStatus(.serverIsStopping)) }
}
