import InferenceTypes
import JSONText

/// What goes back to a client: a status, a few header fields, and a body of JSON followed by tensor memory.
struct HTTPResponse: Sendable {
    enum ContentType: Sendable, Hashable {
        case plainText, json, octetStream, eventStream, metrics

        var name: StaticString {
            switch self {
            case .plainText: "text/plain"
            case .json: "application/json"
            case .octetStream: "application/octet-stream"
            case .eventStream: "text/event-stream; charset=utf-8"
            case .metrics: "text/plain; charset=utf-8"
            }
        }
    }

    struct Field: Sendable, Hashable {
        var name: String
        var value: String
    }

    var status: HTTPStatus
    var contentType: ContentType
    /// The length of the JSON in front of the tensors, which `Inference-Header-Content-Length` tells.
    var inferenceHeaderLength: Int?
    /// Fields besides these, Content-Type, Content-Length and Connection.
    var fields: [Field] = []
    var body: [UInt8] = []
    /// Whether this is but the head, and the length of the body is not known.
    var isStreamed = false
    /// Follow `body` without gaps.
    var tensors: [TensorBytes] = []

    init(_ status: HTTPStatus, _ contentType: ContentType, body: [UInt8] = [], tensors: [TensorBytes] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.tensors = tensors
    }

    /// `{"error":"..."}`
    static func failure(_ status: HTTPStatus, _ message: String, _ contentType: ContentType = .json) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.string(message)
        writer.endObject()
        return HTTPResponse(status, contentType, body: writer.bytes)
    }

    var contentLength: Int { tensors.reduce(body.count) { $0 + $1.count } }
}
