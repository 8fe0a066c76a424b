import InferenceEngine
import InferenceTypes
import ServingProtocol
import Synchronization

/// One request of a stream, and what its responses are made into.
final class StreamedRequest: Sendable {
    private static let finalResponse = "triton_final_response"

    private let stream: InferStream
    private let ticket: InferStream.Order.Ticket
    private let servable: any Servable
    private let outputs: RequestedOutputs
    private let wantsEmptyFinalResponse: Bool
    private let id: String
    /// As the client wrote them.
    private let modelName: String
    private let modelVersion: String
    private let isAccepted = Atomic(false)

    init(
        _ message: InferRequestMessage, _ decoded: DecodedInferRequest, _ ticket: InferStream.Order.Ticket,
        servable: any Servable, stream: InferStream
    ) {
        self.stream = stream
        self.ticket = ticket
        self.servable = servable
        outputs = decoded.outputs
        wantsEmptyFinalResponse = decoded.wantsEmptyFinalResponse
        id = message.id
        modelName = message.modelName
        modelVersion = message.modelVersion
    }

    /// Completes the request and hands it to its model.
    func enqueue(_ decoded: DecodedInferRequest) {
        var request = decoded.request
        request.cancellation = stream.cancellation
        do throws(ServingError) {
            try decoded.sharedInputs.read(into: &request)
        } catch {
            return Self.refuse(error, ticket, id: id, stream: stream)
        }
        servable.enqueue(request, ResponseSender { [self] event in handle(event) }, waking: stream.call.wakes)
        isAccepted.store(true, ordering: .releasing)
    }

    /// From any thread, in the order in which the model responds.
    private func handle(_ event: ResponseSender.Event) {
        switch event {
        case .partial(let response):
            guard servable.isDecoupled else { return }
            send(response)
        case .final(let response): finish(with: response)
        case .finished:
            guard servable.isDecoupled else { return fail(.endedWithoutResponse) }
            let message = wantsEmptyFinalResponse ? InferResponseEncoder.encodeStreamed(metadata(isFinal: true)) : nil
            stream.decide { $0.answered(ticket, message) }
        case .failed(let error): fail(error)
        }
    }

    private func send(_ response: InferenceResponse) {
        do throws(ServingError) {
            let message = try encode(response, isFinal: false)
            stream.decide { $0.responded(message) }
        } catch {
            let message = InferResponseEncoder.encodeStreamed(metadata(isFinal: false), error: error.message)
            stream.decide { $0.failedResponse(GRPCStatus(error), message) }
        }
        stream.endIfUnread()
    }

    private func finish(with response: InferenceResponse) {
        do throws(ServingError) {
            let message = try encode(response, isFinal: true)
            stream.decide { $0.answered(ticket, message) }
        } catch {
            fail(error)
        }
    }

    private func fail(_ error: ServingError) {
        // A request that its model did not take in is answered like one that has none.
        guard isAccepted.load(ordering: .acquiring) else {
            return Self.refuse(error, ticket, id: id, stream: stream)
        }
        let message = InferResponseEncoder.encodeStreamed(metadata(isFinal: true), error: error.message)
        stream.decide { $0.failed(ticket, GRPCStatus(error), message) }
    }

    /// Answers a request that did not come to its model.
    static func refuse(
        _ error: ServingError, _ ticket: InferStream.Order.Ticket, id: String, stream: InferStream
    ) {
        var response = InferResponseMessage()
        response.id = id
        let message = InferResponseEncoder.encodeStreamed(response, error: error.message)
        stream.decide { $0.failed(ticket, GRPCStatus(error), message) }
    }

    private func encode(_ response: InferenceResponse, isFinal: Bool) throws(ServingError) -> GRPCMessage {
        var prepared = response
        try outputs.prepare(&prepared, of: servable)
        prepared.parameters[Self.finalResponse] = .bool(isFinal)
        return InferResponseEncoder.encodeStreamed(InferResponseMessage(prepared))
    }

    /// What tells the client which request a message without outputs is about.
    private func metadata(isFinal: Bool) -> InferResponseMessage {
        var response = InferResponseMessage()
        response.modelName = modelName
        response.modelVersion = modelVersion
        response.id = id
        response.parameters[Self.finalResponse] = .bool(isFinal)
        return response
    }
}
