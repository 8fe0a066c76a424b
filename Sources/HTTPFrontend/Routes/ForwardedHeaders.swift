import InferenceTypes
import ServingProtocol

/// The headers of one request that become parameters for the model.
struct ForwardedHeaders: Sendable {
    private let pattern: HeaderPattern
    private let fields: [(name: String, value: String)]

    /// `nil` when no headers are forwarded.
    init?(_ head: HTTPRequestHead, _ pattern: HeaderPattern?) {
        guard let pattern else { return nil }
        self.pattern = pattern
        fields = head.fields.fields.map { field in
            (
                String(decoding: head.fields.storage[field.name], as: UTF8.self),
                String(decoding: head.fields.storage[field.value], as: UTF8.self)
            )
        }
    }

    func forward(to request: inout InferenceRequest, _ limits: RequestLimits) throws(ServingError) {
        for (name, value) in fields { try pattern.forward(name: name, value: value, to: &request) }
        try limits.checkParameters(request.parameters.entries.count)
    }
}
