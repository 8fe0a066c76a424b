import InferenceEngine
import InferenceTypes
import ModelConfiguration
import ServerTransport
import ServingProtocol

/// `POST .../infer`: decodes the request, has the model answer it, encodes the response.
final class InferRoute: Sendable {
    /// What the head of a request tells about it.
    private struct Call: Sendable {
        var model: HTTPRoute.Model
        var headerLength: InferenceHeaderLength
        var coding: ContentCoding
        var accepted: ContentCoding
        var forwardedHeaders: ForwardedHeaders?
    }

    private let service: any InferenceService
    private let limits: HTTPLimits
    private let forwardedHeaders: HeaderPattern?
    private let decodingThreads: DecodingThreads

    /// More JSON than this takes longer to decode than a hand-over to another thread and back.
    static let inlineJSONBytes = 256 * 1024
    /// More tensor data than this may hold so many strings that checking them takes long.
    static let inlineBodyBytes = 8 * 1024 * 1024

    init(
        service: any InferenceService, limits: HTTPLimits, forwardedHeaders: HeaderPattern?,
        decodingThreads: DecodingThreads
    ) {
        self.service = service
        self.forwardedHeaders = forwardedHeaders
        self.limits = limits
        self.decodingThreads = decodingThreads
    }

    func admit(_ model: HTTPRoute.Model, _ head: HTTPRequestHead) -> HTTPAdmission {
        let headerLength = InferenceHeaderLength(head.fields.first("inference-header-content-length"))
        let coding = ContentCoding(contentEncoding: head.fields.joined("content-encoding"))
        // What a model will not see need not be kept.
        guard let coding else { return refusal(Self.unsupportedCoding) }
        if case .length(let length) = head.framing, coding == .identity, headerLength.claimed == nil,
            length > limits.maximumJSONBytes, length <= limits.maximumInferenceBodyBytes
        {
            return refusal(.failure(RequestJSON.tooLarge(length, maximumBytes: limits.maximumJSONBytes)))
        }
        let call = Call(
            model: model, headerLength: headerLength, coding: coding,
            accepted: ContentCoding.preferred(acceptEncoding: head.fields.joined("accept-encoding")),
            forwardedHeaders: ForwardedHeaders(head, forwardedHeaders))
        let alignedOffset = coding == .identity ? headerLength.claimed ?? 0 : 0
        return HTTPAdmission(
            body: .collect(limit: limits.maximumInferenceBodyBytes, alignedOffset: alignedOffset)
        ) { [self] body, exchange in
            if Self.isQuicklyDecoded(body, headerLength, coding) {
                infer(call, body, exchange)
            } else {
                decodingThreads.run(for: exchange) { [self] in infer(call, body, exchange) }
            }
        }
    }

    /// Whether an event loop can decode the body without keeping its other connections waiting. A compressed body can
    /// become a thousand times as long.
    private static func isQuicklyDecoded(
        _ body: TensorBytes, _ headerLength: InferenceHeaderLength, _ coding: ContentCoding
    ) -> Bool {
        coding == .identity && (headerLength.claimed ?? body.count) <= inlineJSONBytes && body.count <= inlineBodyBytes
    }

    private func refusal(_ response: HTTPResponse) -> HTTPAdmission {
        HTTPAdmission(body: .discard(limit: limits.maximumInferenceBodyBytes), isRefusal: true) { _, exchange in
            exchange.send(response)
        }
    }

    private static var unsupportedCoding: HTTPResponse {
        var response = HTTPResponse.failure(.notImplemented, "Unsupported compression type", .plainText)
        response.fields = [HTTPResponse.Field(name: "Accept-Encoding", value: "gzip, deflate")]
        return response
    }

    private func infer(_ call: Call, _ received: TensorBytes, _ exchange: HTTPExchange) {
        let lookup: ModelLookup
        do throws(ServingError) {
            lookup = try service.lookUp(call.model.name, version: try call.model.versionNumber())
        } catch {
            return exchange.send(.failure(error, .plainText))
        }
        switch lookup {
        case .servable(let servable): infer(call, received, exchange, on: servable)
        case .absent(let wait):
            decodingThreads.wait(wait, for: exchange, errorsAs: .plainText) { [self] servable in
                infer(call, received, exchange, on: servable)
            }
        }
    }

    private func infer(
        _ call: Call, _ received: TensorBytes, _ exchange: HTTPExchange, on servable: any Servable
    ) {
        let body: TensorBytes
        let jsonLength: Int
        do throws(ServingError) {
            guard !servable.isDecoupled else {
                throw ServingError(
                    .unsupported, "HTTP end point doesn't support models with decoupled transaction policy")
            }
            body = try Inflater.inflate(
                received, call.coding, limit: limits.maximumInflatedBytes,
                alignedOffset: call.headerLength.claimed ?? 0)
            jsonLength = try call.headerLength.length(ofBody: body.count)
        } catch {
            return exchange.send(.failure(error, .plainText))
        }
        do throws(ServingError) {
            let (request, plan) = try InferRequestDecoder.decode(
                body, headerLength: jsonLength, servable: servable, limits: InferRequestLimits(limits),
                sharedMemory: service.sharedMemory)
            guard plan.sharedInputs.byteCount > SharedMemoryInputs.inlineByteCount else {
                return try enqueue(request, plan, servable, call, exchange)
            }
            decodingThreads.run(for: exchange) { [self] in
                do throws(ServingError) {
                    try enqueue(request, plan, servable, call, exchange)
                } catch {
                    exchange.send(.failure(error))
                }
            }
        } catch {
            exchange.send(.failure(error))
        }
    }

    /// Completes the request and hands it to its model.
    private func enqueue(
        _ decoded: InferenceRequest, _ plan: InferResponsePlan, _ servable: any Servable, _ call: Call,
        _ exchange: HTTPExchange
    ) throws(ServingError) {
        var request = decoded
        request.cancellation = exchange.cancellation
        try plan.sharedInputs.read(into: &request)
        try call.forwardedHeaders?.forward(to: &request, limits.request)
        let accepted = call.accepted
        let responder = ResponseSender { event in
            guard let response = Self.response(to: event, plan, servable, accepted) else { return }
            exchange.send(response)
        }
        servable.enqueue(request, responder, waking: exchange.wakes)
    }

    /// `nil` for an event that is not the last.
    private static func response(
        to event: ResponseSender.Event, _ plan: InferResponsePlan, _ servable: any Servable, _ accepted: ContentCoding
    ) -> HTTPResponse? {
        switch event {
        case .final(var response):
            do throws(ServingError) {
                try plan.outputs.prepare(&response, of: servable)
                let encoded = try InferResponseEncoder.encode(response, plan)
                return self.response(encoded.header, encoded.tensors, accepted)
            } catch {
                return .failure(error, .plainText)
            }
        case .failed(let error): return .failure(error)
        case .partial: return nil
        case .finished: return .failure(ServingError.endedWithoutResponse)
        }
    }

    /// The JSON is followed by the tensors that travel in binary form, if any has a byte.
    private static func response(
        _ json: [UInt8], _ tensors: [TensorBytes], _ accepted: ContentCoding
    ) -> HTTPResponse {
        let hasBinaryData = tensors.contains { $0.count > 0 }
        var response = HTTPResponse(.ok, hasBinaryData ? .octetStream : .json, body: json, tensors: tensors)
        if hasBinaryData { response.inferenceHeaderLength = json.count }
        if accepted != .identity, let body = Deflater.deflate([TensorBytes(copying: json)] + tensors, accepted) {
            response.fields.append(HTTPResponse.Field(name: "Content-Encoding", value: accepted.rawValue))
            response.body = body
            response.tensors = []
        }
        return response
    }
}
