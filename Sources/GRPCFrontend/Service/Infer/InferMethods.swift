package import ServingProtocol

/// The methods ModelInfer and ModelStreamInfer.
package struct InferMethods: Sendable {
    private static let servicePath = "/inference.GRPCInferenceService/"

    private let intake: InferIntake

    /// `forwardedHeaders`: metadata that becomes parameters of requests; `nil` forwards none.
    package init(
        service: any InferenceService, limits: InferCallLimits = InferCallLimits(),
        forwardedHeaders: HeaderPattern? = nil
    ) {
        intake = InferIntake(service: service, limits: limits, forwardedHeaders: forwardedHeaders)
    }

    package var all: [GRPCMethod] {
        let intake = intake
        return [
            GRPCMethod(
                Self.servicePath + "ModelInfer",
                .unaryCall { message, call in ModelInfer(call: call, intake: intake).received(message) },
                category: .inference, alignedOffset: InferRequestMessage.alignedOffset),
            GRPCMethod(
                Self.servicePath + "ModelStreamInfer",
                .handler { call in ModelStreamInferHandler(call: call, intake: intake) },
                category: .inference, alignedOffset: InferRequestMessage.alignedOffset),
        ]
    }
}
