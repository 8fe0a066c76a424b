import InferenceEngine
import InferenceTypes
import ServerTransport
import ServingProtocol

/// `POST .../generate` and `.../generate_stream`: decodes the request, has the model answer it, sends its responses.
final class GenerateRoute: Sendable {
    private let service: any InferenceService
    private let limits: HTTPLimits
    private let forwardedHeaders: HeaderPattern?
    private let decodingThreads: DecodingThreads

    init(
        service: any InferenceService, limits: HTTPLimits, forwardedHeaders: HeaderPattern?,
        decodingThreads: DecodingThreads
    ) {
        self.service = service
        self.forwardedHeaders = forwardedHeaders
        self.limits = limits
        self.decodingThreads = decodingThreads
    }

    func admit(_ model: HTTPRoute.Model, streams: Bool, _ head: HTTPRequestHead) -> HTTPAdmission {
        guard ContentCoding(contentEncoding: head.fields.joined("content-encoding")) == .identity else {
            return HTTPAdmission(body: .discard(limit: limits.maximumBodyBytes), isRefusal: true) { _, exchange in
                exchange.send(
                    .failure(.badRequest, "Unsupported content-encoding, only 'identity' is supported."))
            }
        }
        let forwarded = ForwardedHeaders(head, forwardedHeaders)
        return HTTPAdmission(body: .collect(limit: limits.maximumBodyBytes, alignedOffset: 0)) {
            [self] body, exchange in
            if body.count <= InferRoute.inlineJSONBytes {
                generate(model, streams: streams, body, forwarded, exchange)
            } else {
                decodingThreads.run(for: exchange) { [self] in
                    generate(model, streams: streams, body, forwarded, exchange)
                }
            }
        }
    }

    private func generate(
        _ model: HTTPRoute.Model, streams: Bool, _ body: TensorBytes, _ forwarded: ForwardedHeaders?,
        _ exchange: HTTPExchange
    ) {
        let lookup: ModelLookup
        do throws(ServingError) {
            lookup = try service.lookUp(model.name, version: try model.versionNumber())
        } catch {
            return exchange.send(.failure(error))
        }
        switch lookup {
        case .servable(let servable): generate(on: servable, streams: streams, body, forwarded, exchange)
        case .absent(let wait):
            decodingThreads.wait(wait, for: exchange, errorsAs: .json) { [self] servable in
                generate(on: servable, streams: streams, body, forwarded, exchange)
            }
        }
    }

    private func generate(
        on servable: any Servable, streams: Bool, _ body: TensorBytes, _ forwarded: ForwardedHeaders?,
        _ exchange: HTTPExchange
    ) {
        do throws(ServingError) {
            var request = try GenerateRequestDecoder.decode(
                body, configuration: servable.configuration, version: servable.version,
                limits: InferRequestLimits(limits))
            try forwarded?.forward(to: &request, limits.request)
            request.cancellation = exchange.cancellation
            let answer = GenerateAnswer(
                exchange, streams: streams, maximumPendingBytes: limits.maximumPendingStreamBytes)
            // Holds the model until it has answered.
            servable.enqueue(
                request, ResponseSender { event in withExtendedLifetime(servable) { answer.receive(event) } })
            answer.requestWasTaken()
        } catch {
            exchange.send(.failure(error))
        }
    }
}
