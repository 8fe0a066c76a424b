import Foundation
import InferenceEngine
import InferenceTypes
import Synchronization

/// Threads that send requests to a model without a pause, until told to stop, and count what they get.
final class ClientThreads: Sendable {
    struct Outcome: Sendable {
        var sent = 0
        var events = 0
        var answers = 0
        var errors: [ServingError] = []
        /// Answers that are not right for the moment at which their request was sent.
        var wrongAnswers: [String] = []
    }

    private struct State {
        var outcome = Outcome()
        var running: Int
        var isStopping = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    /// Requests that a client has under way at once.
    private static let window = 3

    private let state: Mutex<State>
    private let answered = Atomic(0)

    /// - Parameters:
    ///   - resolve: finds the model for each round of requests.
    ///   - moment: read before a round; handed to `check` with each answer.
    ///   - check: what is wrong with an answer, or `nil`.
    init(
        _ count: Int, request: InferenceRequest,
        resolve: @escaping @Sendable () throws(ServingError) -> any Servable,
        moment: @escaping @Sendable () -> Int64,
        check: @escaping @Sendable (InferenceResponse, any Servable, Int64) -> String?
    ) {
        state = Mutex(State(running: count))
        for _ in 0..<count {
            Thread.detachNewThread {
                while self.state.withLock({ !$0.isStopping }) {
                    let before = moment()
                    do throws(ServingError) {
                        self.send(request, to: try resolve()) { check($0, $1, before) }
                    } catch {
                        self.state.withLock { $0.outcome.errors.append(error) }
                    }
                }
                self.ended()
            }
        }
    }

    /// How many answers there were until now.
    var answerCount: Int { answered.load(ordering: .relaxed) }

    /// Lets every client finish the round that it is in.
    func stop() async -> Outcome {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                state.isStopping = true
                state.waiting = continuation
                return state.running == 0
            }
            if isDone { continuation.resume() }
        }
        return state.withLock { $0.outcome }
    }

    private func send(
        _ request: InferenceRequest, to servable: any Servable,
        check: @escaping @Sendable (InferenceResponse, any Servable) -> String?
    ) {
        let done = DispatchSemaphore(value: 0)
        state.withLock { $0.outcome.sent += Self.window }
        for _ in 0..<Self.window {
            servable.enqueue(
                request,
                ResponseSender { event in
                    self.note(event) { check($0, servable) }
                    done.signal()
                })
        }
        for _ in 0..<Self.window { done.wait() }
    }

    private func note(_ event: ResponseSender.Event, check: (InferenceResponse) -> String?) {
        var fault: String?
        if case .final(let response) = event { fault = check(response) }
        state.withLock { state in
            state.outcome.events += 1
            switch event {
            case .final: state.outcome.answers += 1
            case .failed(let error): state.outcome.errors.append(error)
            case .partial, .finished: fault = "\(event)"
            }
            if let fault { state.outcome.wrongAnswers.append(fault) }
        }
        answered.wrappingAdd(1, ordering: .relaxed)
    }

    private func ended() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.running -= 1
            return state.running == 0 ? state.waiting : nil
        }
        waiting?.resume()
    }
}
