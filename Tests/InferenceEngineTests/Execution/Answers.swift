import InferenceTypes
import Synchronization

/// Collects the answers to many requests by id.
final class Answers: Sendable {
    private struct State {
        var errors: [String: ServingError] = [:]
        var responses: [String: InferenceResponse] = [:]
        var events = 0
        var duplicates = 0
    }

    private let state = Mutex(State())

    func responder(_ id: String) -> ResponseSender {
        ResponseSender { event in
            self.state.withLock { state in
                state.events += 1
                if state.errors[id] != nil || state.responses[id] != nil { state.duplicates += 1 }
                switch event {
                case .final(let response), .partial(let response): state.responses[id] = response
                case .failed(let error): state.errors[id] = error
                case .finished: break
                }
            }
        }
    }

    var count: Int { state.withLock { $0.events } }
    var duplicates: Int { state.withLock { $0.duplicates } }
    var errors: [String: ServingError] { state.withLock { $0.errors } }
    var responses: [String: InferenceResponse] { state.withLock { $0.responses } }

    func waitFor(_ events: Int) async {
        while count < events { await Task.yield() }
    }
}
