import BackendAPI
import InferenceTypes
import ModelConfiguration
import Scheduling

/// Runs batches of one model version on an instance: executes, counts, answers. Called on instance threads.
struct BatchExecutor: Sendable {
    let name: String
    let version: Int64
    let statistics: ModelStatistics
    private let reshapes: [String: OutputReshape]

    init(name: String, version: Int64, configuration: ModelConfig, statistics: ModelStatistics) {
        self.name = name
        self.version = version
        self.statistics = statistics
        reshapes = OutputReshape.all(in: configuration)
    }

    /// Executes a batch and answers each of its requests exactly once.
    func execute(_ batch: [PendingRequest], on instance: any ModelInstance) {
        let started = ContinuousClock.now
        let requests = batch.map(\.request)
        let total = batch.reduce(0) { $0 + $1.batchSize }
        let result = instance.execute(ExecutionBatch(requests: requests, totalBatchSize: total))
        let answers = answers(to: requests, from: result)
        let times = ExecutionTimes(
            started: started, inputsReady: result.inputsReady, computeDone: result.computeDone,
            ended: ContinuousClock.now)

        let compute = times.compute
        let records = zip(batch, answers).map { pending, answer in
            RequestRecord(
                isSuccess: answer.isSuccess, inferences: UInt64(pending.batchSize),
                queue: pending.enqueued.nanoseconds(to: started), total: pending.enqueued.nanoseconds(to: times.ended))
        }
        // Before any answer leaves: a client that asks for statistics after its answer finds itself counted.
        statistics.record(
            ExecutionRecord(
                batchSize: UInt64(clamping: result.reportedBatchSize ?? total), compute: compute, requests: records,
                finishedAtMilliseconds: WallClock.milliseconds()))
        for (pending, answer) in zip(batch, answers) {
            pending.request.stepTimes?.add(
                computeInput: compute.input, computeInfer: compute.infer, computeOutput: compute.output)
            switch answer {
            case .success(let response): pending.responder.send(.final(response))
            case .failure(let error): pending.responder.send(.failed(error))
            }
        }
    }

    /// Answers a request that was taken in and will not be executed.
    func refuse(_ pending: PendingRequest, _ error: ServingError) {
        statistics.recordUnexecuted(
            nanoseconds: pending.enqueued.nanoseconds(to: ContinuousClock.now), FailureReason(unexecuted: error))
        pending.responder.send(.failed(error))
    }

    /// Executes a warm-up sample so many times; that counts in the statistics as other executions do.
    func run(_ sample: WarmupSample, times: Int, on instance: any ModelInstance) throws(ServingError) {
        for _ in 0..<times {
            let failures = WarmupFailures()
            let now = ContinuousClock.now
            let batch = sample.requests.map { request in
                PendingRequest(
                    request: request, responder: ResponseSender { failures.note($0) }, enqueued: now,
                    owner: statistics)
            }
            execute(batch, on: instance)
            let messages = failures.messages
            guard messages.isEmpty else {
                throw ServingError(
                    .invalidArgument,
                    "failed to run warmup sample '\(sample.name)': " + messages.map { $0 + "; " }.joined())
            }
        }
    }

    private func answers(
        to requests: [InferenceRequest], from result: ExecutionResult
    ) -> [Result<InferenceResponse, ServingError>] {
        requests.indices.map { index in
            guard index < result.answers.count else {
                return .failure(
                    ServingError(
                        .internal,
                        "the backend of model '\(name)' answered \(result.answers.count) of \(requests.count) requests"
                    ))
            }
            return result.answers[index].flatMap { response(to: requests[index], from: $0) }
        }
    }

    private func response(
        to request: InferenceRequest, from answer: ExecutionResult.Answer
    ) -> Result<InferenceResponse, ServingError> {
        var response = InferenceResponse(
            modelName: name, modelVersion: version, id: request.id, parameters: answer.parameters,
            outputs: answer.outputs)
        if reshapes.isEmpty && answer.outputs.allSatisfy({ request.requestedOutputs.contains($0.name) }) {
            return .success(response)
        }
        response.outputs = []
        for output in answer.outputs where request.requestedOutputs.contains(output.name) {
            guard let reshape = reshapes[output.name] else {
                response.outputs.append(output)
                continue
            }
            switch reshape.apply(to: output, model: name) {
            case .success(let reshaped): response.outputs.append(reshaped)
            case .failure(let error): return .failure(error)
            }
        }
        return .success(response)
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
