import InferenceEngine
import InferenceTypes
import ServingProtocol

/// One call of ModelStreamInfer: hands its requests to their models in the order in which they come.
final class ModelStreamInferHandler: GRPCCallHandler {
    private let stream: InferStream
    private let reader: StreamedRequestReader

    init(call: any GRPCCall, intake: InferIntake) {
        stream = InferStream(call: call, limits: intake.limits)
        reader = StreamedRequestReader(stream: stream, intake: intake)
    }

    func received(_ message: TensorBytes) {
        // Before it is read: the end of the stream waits for it.
        stream.decide { $0.received(byteCount: message.count) }
        stream.holdSlowReader()
        reader.received(message)
    }

    func halfClosed() { stream.decide { $0.halfClosed() } }

    func cancelled() { stream.decide { $0.cancelled() } }
}
