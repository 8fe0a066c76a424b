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
                    read(body)?()
                    readOn(isOnEventLoop: false)
                }
            }
            guard let rest = read(body) else { continue }
            guard isOnEventLoop else {
                rest()
                continue
            }
            return runDecoding { [self] in
                rest()
                readOn(isOnEventLoop: false)
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

    /// - Returns: what is left to do when that takes long.
    private func read(_ body: TensorBytes) -> (@Sendable () -> Void)? {
        let message: InferRequestMessage
        do throws(GRPCStatus) {
            if state.withLock({ $0.isRefusing }) { throw .unreadableRequest }
            message = try intake.read(body)
        } catch {
            state.withLock { $0.isRefusing = true }
            stream.decide { $0.refused(error, byteCount: body.count) }
            return nil
        }
        let servable: any Servable
        do throws(ServingError) {
            servable = try intake.model(of: message)
        } catch {
            let ticket = stream.open(isOrdered: true, byteCount: body.count)
            StreamedRequest.refuse(error, ticket, id: message.id, stream: stream)
            return nil
        }
        return decode(message, body, for: servable)
    }

    private func decode(
        _ message: InferRequestMessage, _ body: TensorBytes, for servable: any Servable
    ) -> (@Sendable () -> Void)? {
        let ticket = stream.open(isOrdered: !servable.isDecoupled, byteCount: body.count)
        do throws(ServingError) {
            let decoded = try intake.decode(message, body, for: servable, of: stream.call)
            let request = StreamedRequest(message, decoded, ticket, servable: servable, stream: stream)
            guard decoded.isQuicklyChecked else { return { request.enqueue(decoded) } }
            request.enqueue(decoded)
        } catch {
            StreamedRequest.refuse(error, ticket, id: message.id, stream: stream)
        }
        return nil
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
