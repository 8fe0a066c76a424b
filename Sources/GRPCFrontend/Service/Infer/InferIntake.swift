import InferenceEngine
import InferenceTypes
import ServingProtocol

/// The way of a message to its model, for calls of either kind.
struct InferIntake: Sendable {
    let service: any InferenceService
    let limits: InferCallLimits
    /// Metadata that becomes parameters of requests.
    var forwardedHeaders: HeaderPattern?

    func read(_ body: TensorBytes) throws(GRPCStatus) -> InferRequestMessage {
        do throws(ProtobufError) {
            return try body.withUnsafeBytes { bytes throws(ProtobufError) in
                try InferRequestMessage(bytes, limits: limits.request)
            }
        } catch {
            throw .unreadableRequest
        }
    }

    func lookUpModel(of message: InferRequestMessage) throws(ServingError) -> ModelLookup {
        try service.lookUp(message.modelName, version: try ModelVersion.number(message.modelVersion))
    }

    func decode(
        _ message: InferRequestMessage, _ body: TensorBytes, for servable: any Servable, of call: any GRPCCall
    ) throws(ServingError) -> DecodedInferRequest {
        var decoded = try InferRequestDecoder.decode(
            message, body: body, servable: servable, limits: limits, sharedMemory: service.sharedMemory)
        if let forwardedHeaders {
            for field in call.metadata.fields {
                try forwardedHeaders.forward(name: field.name, value: field.value, to: &decoded.request)
            }
            try limits.request.checkParameters(decoded.request.parameters.entries.count)
        }
        return decoded
    }
}
