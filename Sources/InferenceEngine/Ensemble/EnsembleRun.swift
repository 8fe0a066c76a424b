import InferenceTypes
import ModelConfiguration
import Scheduling
import Synchronization

/// One request on its way through an ensemble.
///
/// Steps are issued on the thread that delivers what they waited for. A step that answers while it is being issued
/// leaves its successors to the issuing frame, so chains of such steps do not grow the stack.
final class EnsembleRun: Sendable {
    private struct State {
        var progress: EnsembleProgress
        /// By tensor number; `nil` while unknown, when absent, and after the last reader has it.
        var tensors: [EnsembleTensor?]
        /// Steps and outputs that have yet to read each tensor.
        var readers: [Int]
        var servables: [(any Servable)?] = []
        /// Steps to issue, in order.
        var ready: [Int] = []
        /// Whether some frame is issuing steps; it will see what others add to `ready`.
        var isIssuing = true
        var batchSizes: [Int]
        var positions: [SequencePosition]
        var error: ServingError?
    }

    private enum Work {
        case issue(Int, any Servable, [EnsembleTensor?])
        case finish(Result<InferenceResponse, ServingError>)
        case nothing
    }

    private let ensemble: EnsembleServable
    private let request: InferenceRequest
    private let responder: ResponseSender
    private let enqueued: ContinuousClock.Instant
    private let scheduled: ContinuousClock.Instant
    private let times: StepTimes
    private let state: Mutex<State>

    /// - Parameter request: validated against the ensemble's configuration.
    init(
        _ ensemble: EnsembleServable, request: InferenceRequest, responder: ResponseSender,
        enqueued: ContinuousClock.Instant, depth: Int
    ) {
        self.ensemble = ensemble
        self.request = request
        self.responder = responder
        self.enqueued = enqueued
        scheduled = .now
        times = StepTimes(depth: depth)
        state = Mutex(Self.initialState(ensemble, request))
    }

    /// Issues the first steps; the responder gets its event from whichever thread finishes the last one.
    func start() {
        do throws(ServingError) {
            let servables = try composingModels()
            state.withLock { state in
                state.servables = servables
                state.ready = state.progress.start()
            }
        } catch {
            state.withLock { $0.error = error }
        }
        issueReadySteps()
    }

    private static func initialState(_ ensemble: EnsembleServable, _ request: InferenceRequest) -> State {
        let plan = ensemble.plan
        let inputs = ensemble.configuration.inputs.map { input in
            (name: input.name, isPresent: request.inputs.contains { $0.name == input.name })
        }
        let progress = EnsembleProgress(plan: plan, inputs: inputs, requestedOutputs: request.requestedOutputs)
        var state = State(
            progress: progress, tensors: Array(repeating: nil, count: plan.tensorNames.count),
            readers: Array(repeating: 0, count: plan.tensorNames.count),
            batchSizes: Array(repeating: 0, count: plan.steps.count),
            positions: Array(repeating: SequencePosition(request), count: plan.steps.count))
        for input in request.inputs {
            guard let tensor = plan.tensor(input.name) else { continue }
            state.tensors[tensor] = EnsembleTensor(tensor: input, batchSize: request.batchSize, position: nil)
        }
        for (index, step) in plan.steps.enumerated() where progress.isNeeded[index] {
            for tensor in step.inputTensors { state.readers[tensor] += 1 }
        }
        for output in request.requestedOutputs {
            if let tensor = plan.tensor(output) { state.readers[tensor] += 1 }
        }
        return state
    }

    /// The model versions for all steps that run, each resolved once: they stay loaded until the request is answered.
    private func composingModels() throws(ServingError) -> [(any Servable)?] {
        struct Key: Hashable {
            let name: String
            let version: Int64?
        }
        var resolved: [Key: any Servable] = [:]
        var servables: [(any Servable)?] = []
        let isNeeded = state.withLock { $0.progress.isNeeded }
        for (index, step) in ensemble.plan.steps.enumerated() {
            guard isNeeded[index] else {
                servables.append(nil)
                continue
            }
            let key = Key(name: step.qualifiedModelName, version: step.modelVersion)
            let servable: any Servable
            if let known = resolved[key] {
                servable = known
            } else {
                servable = try ensemble.resolver(step.qualifiedModelName, step.modelVersion)
                guard !servable.isDecoupled else {
                    throw ServingError(
                        .unsupported, "step model '\(step.modelName)' is decoupled, which ensembles do not support yet")
                }
                resolved[key] = servable
            }
            servables.append(servable)
        }
        return servables
    }

    // MARK: - Issuing steps

    private func issueReadySteps() {
        while true {
            switch state.withLock({ nextWork(&$0) }) {
            case .issue(let step, let servable, let inputs): issue(step, on: servable, inputs)
            case .finish(let result):
                finish(result)
                return
            case .nothing: return
            }
        }
    }

    private func nextWork(_ state: inout State) -> Work {
        if state.error != nil {
            state.progress.withdraw(state.ready.count)
            state.ready.removeAll()
        }
        if !state.ready.isEmpty {
            let step = state.ready.removeFirst()
            if let servable = state.servables[step] {
                return .issue(step, servable, takeInputs(of: step, from: &state))
            }
        }
        state.isIssuing = false
        return state.progress.isAtRest ? .finish(outcome(&state)) : .nothing
    }

    private func takeInputs(of step: Int, from state: inout State) -> [EnsembleTensor?] {
        let plan = ensemble.plan.steps[step]
        let inputs = plan.inputs.map { state.tensors[$0.tensor] }
        for tensor in plan.inputTensors {
            state.readers[tensor] -= 1
            if state.readers[tensor] == 0 { state.tensors[tensor] = nil }
        }
        return inputs
    }

    private func issue(_ step: Int, on servable: any Servable, _ inputs: [EnsembleTensor?]) {
        let stepRequest = stepRequest(step, for: servable, inputs)
        let batchSize = servable.isBatching ? Int(clamping: stepRequest.inputs.first?.shape.dimensions.first ?? 1) : 0
        state.withLock { state in
            state.batchSizes[step] = batchSize
            state.positions[step] = SequencePosition(stepRequest)
        }
        servable.enqueue(stepRequest, ResponseSender { self.stepAnswered(step, $0) })
    }

    private func stepRequest(
        _ step: Int, for servable: any Servable, _ inputs: [EnsembleTensor?]
    ) -> InferenceRequest {
        let plan = ensemble.plan.steps[step]
        let isBatching = servable.isBatching
        var stepRequest = request
        stepRequest.modelName = plan.modelName
        stepRequest.modelVersion = plan.modelVersion
        stepRequest.requestedOutputs = plan.outputs.map(\.name)
        stepRequest.isRawInput = false
        stepRequest.batchSize = 0
        stepRequest.stepTimes = times
        stepRequest.inputs = []
        var position: SequencePosition?
        for (connection, held) in zip(plan.inputs, inputs) {
            guard let held else { continue }
            var tensor = held.tensor
            tensor.name = connection.name
            if isBatching != (held.batchSize != 0),
                let input = servable.configuration.inputs.first(where: { $0.name == connection.name })
            {
                tensor.shape = BatchDimension.fit(
                    tensor.shape, batchSize: held.batchSize, to: input.dims, isBatching: isBatching)
            }
            stepRequest.inputs.append(tensor)
            position = position ?? held.position
        }
        if let position {
            stepRequest.correlationID = position.correlationID
            stepRequest.sequenceStart = position.start
            stepRequest.sequenceEnd = position.end
        }
        return stepRequest
    }

    // MARK: - Answers of steps

    private func stepAnswered(_ step: Int, _ event: ResponseSender.Event) {
        let mustIssue = state.withLock { state -> Bool in
            switch event {
            case .final(let response):
                do throws(ServingError) {
                    try take(response, of: step, into: &state)
                } catch {
                    fail(&state, error)
                }
            case .failed(let error): fail(&state, error)
            case .finished:
                fail(&state, ServingError(.internal, "step \(step) gave no response"))
            case .partial: return false
            }
            defer { state.isIssuing = true }
            return !state.isIssuing
        }
        if mustIssue { issueReadySteps() }
    }

    private func fail(_ state: inout State, _ error: ServingError) {
        state.progress.stepFailed()
        if state.error == nil { state.error = error }
    }

    private func take(_ response: InferenceResponse, of step: Int, into state: inout State) throws(ServingError) {
        let position = try state.positions[step].overridden(by: response.parameters)
        var present: [Int] = []
        for output in response.outputs {
            guard let connection = ensemble.plan.steps[step].outputs.first(where: { $0.name == output.name }) else {
                continue
            }
            present.append(connection.tensor)
            guard state.readers[connection.tensor] > 0 else { continue }
            state.tensors[connection.tensor] = EnsembleTensor(
                tensor: output, batchSize: state.batchSizes[step], position: position)
        }
        state.ready.append(contentsOf: state.progress.stepSucceeded(step, present: present))
    }

    // MARK: - The ensemble's answer

    private func outcome(_ state: inout State) -> Result<InferenceResponse, ServingError> {
        if let error = state.error { return .failure(inEnsemble(error)) }
        guard !state.progress.hasUnsetOutput else {
            return .failure(
                inEnsemble(
                    ServingError(
                        .invalidArgument,
                        request.logPrefix
                            + "unexpected deadlock, at least one output is not set while no more ensemble steps can be made"
                    )))
        }
        var response = InferenceResponse(
            modelName: ensemble.name, modelVersion: ensemble.version, id: request.id, outputs: [])
        for output in ensemble.configuration.outputs where request.requestedOutputs.contains(output.name) {
            guard let number = ensemble.plan.tensor(output.name), let held = state.tensors[number] else { continue }
            var tensor = held.tensor
            tensor.name = output.name
            tensor.shape = BatchDimension.fit(
                tensor.shape, batchSize: held.batchSize, to: output.reshape ?? output.dims,
                isBatching: request.batchSize != 0)
            if let reshape = ensemble.outputReshapes[output.name] {
                switch reshape.apply(to: tensor, model: ensemble.name) {
                case .success(let reshaped): tensor = reshaped
                case .failure(let error): return .failure(inEnsemble(error))
                }
            }
            response.outputs.append(tensor)
            held.position?.add(to: &response.parameters)
        }
        return .success(response)
    }

    private func inEnsemble(_ error: ServingError) -> ServingError {
        ServingError(error.code, "in ensemble '\(ensemble.name)', \(error.message)")
    }

    private func finish(_ result: Result<InferenceResponse, ServingError>) {
        let compute = ComputeDurations(
            input: times.computeInput, infer: times.computeInfer, output: times.computeOutput)
        var record = RequestRecord(
            isSuccess: false, inferences: UInt64(max(request.batchSize, 1)),
            queue: enqueued.nanoseconds(to: scheduled), total: enqueued.nanoseconds(to: .now))
        if case .success = result { record.isSuccess = true }
        ensemble.statistics.recordEnsemble(record, compute: compute, finishedAtMilliseconds: WallClock.milliseconds())
        request.stepTimes?.add(
            computeInput: compute.input, computeInfer: compute.infer, computeOutput: compute.output)
        switch result {
        case .success(let response): responder.send(.final(response))
        case .failure(let error): responder.send(.failed(error))
        }
    }
}
