import InferenceTypes
import Synchronization

/// What a client gets for one generate request: the responses of the model as they come, or exactly one.
///
/// The status is that of the first response; errors after it are told in the body, as Triton does. A request that is
/// refused before it was taken gets a plain answer. Events come one after the other, on any thread.
final class GenerateAnswer: Sendable {
    private struct State {
        var isTaken = false
        var stream: HTTPResponseStream?
        var responseCount = 0
        /// The only response that is wanted, until it is known to be the only one.
        var single: [UInt8] = []
        var refusal: ServingError?
    }

    private static let notOne = ServingError(
        .internal,
        "generate expects model to produce exactly 1 response, use generate stream for model that generates various "
            + "number of responses")

    private let exchange: HTTPExchange
    private let streams: Bool
    private let maximumPendingBytes: Int
    /// The one that calls `enqueue`.
    private let requestThread = ThreadIdentity.current
    private let state = Mutex(State())

    init(_ exchange: HTTPExchange, streams: Bool, maximumPendingBytes: Int) {
        self.exchange = exchange
        self.streams = streams
        self.maximumPendingBytes = maximumPendingBytes
    }

    func receive(_ event: ResponseSender.Event) {
        switch event {
        case .partial(let response): add(response)
        case .final(let response):
            add(response)
            end()
        case .finished: end()
        case .failed(let error):
            let isRefusal = state.withLock { state in
                guard !state.isTaken, state.stream == nil, ThreadIdentity.current == requestThread else { return false }
                state.refusal = error
                return true
            }
            if isRefusal { return }
            add(GenerateResponseEncoder.encode(error), HTTPStatus(error.code))
            end()
        }
    }

    /// `enqueue` has returned: what failed inside it was refused, whatever fails elsewhere has been tried.
    func requestWasTaken() {
        let refusal = state.withLock { state in
            state.isTaken = true
            return state.refusal
        }
        if let refusal { exchange.send(.failure(refusal)) }
    }

    private func add(_ response: InferenceResponse) {
        do throws(ServingError) {
            add(try GenerateResponseEncoder.encode(response), .ok)
        } catch {
            add(GenerateResponseEncoder.encode(error), HTTPStatus(error.code))
        }
    }

    private func add(_ json: [UInt8], _ status: HTTPStatus) {
        let stream = stream(beginningWith: status)
        if streams {
            stream.send(Array("data: ".utf8) + json + Array("\n\n".utf8))
        } else {
            state.withLock { if $0.responseCount == 0 { $0.single = json } }
        }
        state.withLock { $0.responseCount += 1 }
    }

    private func end() {
        let stream = stream(beginningWith: .ok)
        if !streams {
            let (count, json) = state.withLock { ($0.responseCount, $0.single) }
            stream.send(count == 1 ? json : GenerateResponseEncoder.encode(Self.notOne))
        }
        stream.end()
    }

    /// The response stream, begun with `status` if it is not there yet.
    private func stream(beginningWith status: HTTPStatus) -> HTTPResponseStream {
        if let stream = state.withLock({ $0.stream }) { return stream }
        let stream = exchange.stream(
            HTTPResponse(status, streams ? .eventStream : .json), maximumBytes: maximumPendingBytes)
        state.withLock { $0.stream = stream }
        return stream
    }
}
