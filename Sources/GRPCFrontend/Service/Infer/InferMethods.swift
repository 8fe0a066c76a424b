package import ServingProtocol

/// The methods ModelInfer and ModelStreamInfer.
package struct InferMethods: Sendable {
    private static let servicePath = "/inference.GRPCInferenceService/"

    private let intake: InferIntake

    package init(service: any InferenceService, limits: InferCallLimits = InferCallLimits()) {
        intake = InferIntake(service: service, limits: limits)
    }

    package var all: [GRPCMethod] {
        let intake = intake
        return [
            GRPCMethod(
                Self.servicePath + "ModelInfer",
                .unaryCall { message, call in ModelInfer(call: call, intake: intake).received(message) },
                alignedOffset: InferRequestMessage.alignedOffset),
            GRPCMethod(
                Self.servicePath + "ModelStreamInfer",
                .handler { call in ModelStreamInferHandler(call: call, intake: intake) },
                alignedOffset: InferRequestMessage.alignedOffset),
        ]
    }
}
