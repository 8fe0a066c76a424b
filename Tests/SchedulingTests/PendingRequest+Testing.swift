import InferenceTypes
import Scheduling
import Synchronization

/// Counts the events of many requests, so that none is dropped unanswered at the end of a test.
final class Answers: Sendable {
    let events = Mutex<[String: [ResponseSender.Event]]>([:])

    func pending(
        _ id: String, batchSize: Int = 0, cancellation: CancellationFlag? = nil,
        at time: ContinuousClock.Instant = .now
    ) -> PendingRequest {
        var request = InferenceRequest(modelName: "m")
        request.id = id
        request.batchSize = batchSize
        request.cancellation = cancellation
        return PendingRequest(
            request: request,
            responder: ResponseSender { event in self.events.withLock { $0[id, default: []].append(event) } },
            enqueued: time, owner: self)
    }
}

extension PendingRequest {
    /// Gives the client some answer.
    func settle() { responder.send(.failed(ServingError(.unknown, "settled"))) }
}
