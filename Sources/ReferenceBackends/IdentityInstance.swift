import BackendAPI
import InferenceTypes

/// One instance of an identity model.
final class IdentityInstance: ModelInstance {
    private let behaviour: IdentityBehaviour
    private let delay: Duration

    init(_ behaviour: IdentityBehaviour, ordinal: Int) {
        self.behaviour = behaviour
        delay = behaviour.multipliesDelay ? behaviour.delay * max(ordinal, 1) : behaviour.delay
    }

    func execute(_ batch: ExecutionBatch) -> ExecutionResult {
        let inputsReady = ContinuousClock.now
        ThreadDelay.sleep(delay)
        var batchSize = 0
        let answers = batch.requests.map { request -> Result<ExecutionResult.Answer, ServingError> in
            if case .string = request.correlationID {
                return .failure(
                    ServingError(
                        .invalidArgument, request.logPrefix + "correlation ID in request is not an unsigned int"))
            }
            if behaviour.isBatching { batchSize += Int(clamping: request.inputs.first?.shape.dimensions.first ?? 1) }
            if let fault = behaviour.faults.next() { return .failure(fault) }
            return answer(request)
        }
        return ExecutionResult(
            answers: answers, inputsReady: inputsReady, computeDone: .now, reportedBatchSize: batchSize)
    }

    private func answer(_ request: InferenceRequest) -> Result<ExecutionResult.Answer, ServingError> {
        var outputs: [Tensor] = []
        outputs.reserveCapacity(request.requestedOutputs.count)
        // Triton hands requested outputs to backends in the order of their names.
        for output in request.requestedOutputs.sorted() {
            let name = "INPUT" + output.dropFirst("OUTPUT".count)
            guard let input = request.inputs.first(where: { $0.name == name }) else {
                return .failure(ServingError(.unsupported, "failed to get input '\(name)'"))
            }
            let bytes =
                behaviour.copiesOutputs ? input.bytes.withUnsafeBytes { TensorBytes(copying: $0) } : input.bytes
            outputs.append(Tensor(name: output, dataType: input.dataType, shape: input.shape, bytes: bytes))
        }
        return .success(ExecutionResult.Answer(outputs: outputs, parameters: Self.parameters))
    }

    private static let parameters: Parameters = [
        "param0": .string("an example string parameter"), "param1": .int64(42), "param2": .bool(false),
        "param3": .double(123.123),
    ]
}
