public import BackendAPI
public import InferenceTypes
public import ModelConfiguration

/// Answers `OUTPUT0` with `INPUT0 + INPUT1` and `OUTPUT1` with `INPUT0 - INPUT1`, element by element.
///
/// All four tensors have one numeric datatype and one shape. Integers wrap around; FP16 and BF16 are rounded to the
/// nearest value. Parameters of a model: `execute_delay_ms` and `fail_every_nth`, as in `IdentityBackend`.
public struct AddSubBackend: Backend {
    public let name = "add_sub"

    public init() {}

    public func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig {
        context.configuration
    }

    public func loadModel(_ context: ModelContext) throws(ServingError) -> any LoadedModel {
        let configuration = context.configuration
        guard configuration.inputs.map(\.name).sorted() == ["INPUT0", "INPUT1"] else {
            throw ServingError(.invalidArgument, "an add_sub model must have the inputs INPUT0 and INPUT1")
        }
        guard configuration.outputs.map(\.name).sorted() == ["OUTPUT0", "OUTPUT1"] else {
            throw ServingError(.invalidArgument, "an add_sub model must have the outputs OUTPUT0 and OUTPUT1")
        }
        let types = Set(configuration.inputs.map(\.dataType) + configuration.outputs.map(\.dataType))
        guard let type = types.first, types.count == 1, let arithmetic = ElementArithmetic(type) else {
            let list = types.map(\.configurationName).sorted().joined(separator: ", ")
            throw ServingError(
                .invalidArgument, "the tensors of an add_sub model must have one numeric datatype, got \(list)")
        }
        return AddSubModel(
            arithmetic: arithmetic, delay: try configuration.parameters.milliseconds("execute_delay_ms"),
            faults: FaultInjection(everyNth: try configuration.parameters.number("fail_every_nth", default: 0)))
    }
}

private final class AddSubModel: LoadedModel {
    private let arithmetic: ElementArithmetic
    private let delay: Duration
    private let faults: FaultInjection

    init(arithmetic: ElementArithmetic, delay: Duration, faults: FaultInjection) {
        self.arithmetic = arithmetic
        self.delay = delay
        self.faults = faults
    }

    func makeInstance(_ context: InstanceContext) throws(ServingError) -> any ModelInstance {
        AddSubInstance(arithmetic: arithmetic, delay: delay, faults: faults)
    }
}

private final class AddSubInstance: ModelInstance {
    private let arithmetic: ElementArithmetic
    private let delay: Duration
    private let faults: FaultInjection

    init(arithmetic: ElementArithmetic, delay: Duration, faults: FaultInjection) {
        self.arithmetic = arithmetic
        self.delay = delay
        self.faults = faults
    }

    func execute(_ batch: ExecutionBatch) -> ExecutionResult {
        ThreadDelay.sleep(delay)
        return ExecutionResult(answers: batch.requests.map(answer))
    }

    private func answer(_ request: InferenceRequest) -> Result<ExecutionResult.Answer, ServingError> {
        if let fault = faults.next() { return .failure(fault) }
        guard let left = request.inputs.first(where: { $0.name == "INPUT0" }),
            let right = request.inputs.first(where: { $0.name == "INPUT1" })
        else {
            return .failure(ServingError(.invalidArgument, "add_sub needs both INPUT0 and INPUT1"))
        }
        guard left.shape == right.shape, left.bytes.count == right.bytes.count else {
            return .failure(
                ServingError(
                    .invalidArgument, "INPUT0 and INPUT1 must have one shape, got \(left.shape) and \(right.shape)"))
        }
        var outputs: [Tensor] = []
        for output in request.requestedOutputs.sorted() {
            let bytes = arithmetic.combine(left.bytes, right.bytes, output == "OUTPUT0" ? .sum : .difference)
            outputs.append(Tensor(name: output, dataType: left.dataType, shape: left.shape, bytes: bytes))
        }
        return .success(ExecutionResult.Answer(outputs: outputs))
    }
}
