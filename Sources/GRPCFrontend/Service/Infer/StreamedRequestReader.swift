import InferenceEngine
import InferenceTypes
import ServerTransport
import ServingProtocol
import Synchronization

/// Takes the messages of a stream to their models, one after the other: quick ones on the event loop, others on a
/// decoding thread, which then reads on until nothing is left.
final class StreamedRequestReader: Sendable {
    private struct State {
        var messages: [TensorBytes] = []
        var isReading = false
        /// After a message that is no request the stream has no further ones.
        var isRefusing = false
    }

    /// What is left to do for a request before the next one is read.
    private enum Rest: Sendable {
        case nothing
        /// Takes long.
        case work(@Sendable () -> Void)
        case load(ModelWait, InferRequestMessage, TensorBytes)
    }

    private let stream: InferStream
    private let intake: InferIntake
    private let state = Mutex(State())

    init(stream: InferStream, intake: InferIntake) {
        self.stream = stream
        self.intake = intake
    }

    /// On the event loop.
    func received(_ body: TensorBytes) {
        let isFirst = state.withLock { state in
            state.messages.append(body)
            defer { state.isReading = true }
            return !state.isReading
        }
        if isFirst { readOn(isOnEventLoop: true) }
    }

    private func readOn(isOnEventLoop: Bool) {
        while let body = next() {
            if isOnEventLoop, !InferRequestMessage.isQuicklyRead(body) {
                return runDecoding { [self] in
                    if goOn(with: read(body), isOnEventLoop: false) { readOn(isOnEventLoop: false) }
                }
            }
            guard goOn(with: read(body), isOnEventLoop: isOnEventLoop) else { return }
        }
    }

    /// Does what is left to do for a request.
    ///
    /// - Returns: whether to read on; otherwise another thread does, later.
    private func goOn(with rest: Rest, isOnEventLoop: Bool) -> Bool {
        switch rest {
        case .nothing: return true
        case .work(let work):
            guard isOnEventLoop else {
                work()
                return true
            }
            runDecoding { [self] in
                work()
                readOn(isOnEventLoop: false)
            }
        case .load(let wait, let message, let body): load(wait, message, body)
        }
        return false
    }

    /// Reads on when the request's model has loaded, so that requests reach their models in the order in which they came.
    private func load(_ wait: ModelWait, _ message: InferRequestMessage, _ body: TensorBytes) {
        stream.decide { $0.hold(.loading) }
        wait.start(cancellation: stream.cancellation) { [self] result in
            runDecoding { [self] in
                let rest: Rest
                switch result {
                case .success(let servable): rest = decode(message, body, for: servable)
                case .failure(let error):
                    let ticket = stream.open(isOrdered: true, byteCount: body.count)
                    StreamedRequest.refuse(error, ticket, id: message.id, stream: stream)
                    rest = .nothing
                }
                stream.decide { $0.release(.loading) }
                if goOn(with: rest, isOnEventLoop: false) { readOn(isOnEventLoop: false) }
            }
        }
    }

    private func next() -> TensorBytes? {
        state.withLock { state in
            guard !state.messages.isEmpty, !stream.cancellation.isCancelled else {
                state.messages = []
                state.isReading = false
                return nil
            }
            return state.messages.removeFirst()
        }
    }

    private func read(_ body: TensorBytes) -> Rest {
        let message: InferRequestMessage
        do throws(GRPCStatus) {
            if state.withLock({ $0.isRefusing }) { throw .unreadableRequest }
            message = try intake.read(body)
        } catch {
            state.withLock { $0.isRefusing = true }
            stream.decide { $0.refused(error, byteCount: body.count) }
            return .nothing
        }
        do throws(ServingError) {
            switch try intake.lookUpModel(of: message) {
            case .servable(let servable): return decode(message, body, for: servable)
            case .absent(let wait): return .load(wait, message, body)
            }
        } catch {
            let ticket = stream.open(isOrdered: true, byteCount: body.count)
            StreamedRequest.refuse(error, ticket, id: message.id, stream: stream)
            return .nothing
        }
    }

    private func decode(
        _ message: InferRequestMessage, _ body: TensorBytes, for servable: any Servable
    ) -> Rest {
        let ticket = stream.open(isOrdered: !servable.isDecoupled, byteCount: body.count)
        do throws(ServingError) {
            let decoded = try intake.decode(message, body, for: servable, of: stream.call)
            let request = StreamedRequest(message, decoded, ticket, servable: servable, stream: stream)
            guard decoded.isQuicklyChecked else { return .work { request.enqueue(decoded) } }
            request.enqueue(decoded)
        } catch {
            StreamedRequest.refuse(error, ticket, id: message.id, stream: stream)
        }
        return .nothing
    }

    private func runDecoding(_ work: @escaping @Sendable () -> Void) {
        stream.decide { $0.hold(.decoding) }
        stream.call.decodingThreads.run { [stream] isStopping in
            if isStopping {
                stream.decide { $0.end(GRPCStatus(.serverIsStopping)) }
            } else {
                work()
                stream.decide { $0.release(.decoding) }
            }
        }
    }
}
