public import InferenceTypes

/// One instance of a model. Made, used and released on one OS thread, so it needs no locks of its own.
public protocol ModelInstance: AnyObject {
    /// Executes a batch and answers every request of it. A failure of the whole batch is the same error for each.
    func execute(_ batch: ExecutionBatch) -> ExecutionResult

    /// How many executions with one shape of inputs it takes until later ones take their usual time.
    var executionsUntilWarm: Int { get }

    /// What this instance takes in addition to the loaded model: its own state and weights. Asked once, after warm-up.
    var memoryUsage: [MemoryUsage] { get }
}

extension ModelInstance {
    public var executionsUntilWarm: Int { 1 }
    public var memoryUsage: [MemoryUsage] { [] }
}

/// The requests that an instance executes together.
public struct ExecutionBatch: Sendable {
    /// Validated requests: inputs in the order in which the configuration lists them (absent optional inputs are left
    /// out), with `reshape` applied, batch dimension included. `requestedOutputs` is never empty.
    public var requests: [InferenceRequest]
    /// The sum of the requests' batch sizes, each counted as at least 1.
    public var totalBatchSize: Int

    public init(requests: [InferenceRequest], totalBatchSize: Int) {
        self.requests = requests
        self.totalBatchSize = totalBatchSize
    }
}

/// What an execution gave.
public struct ExecutionResult: Sendable {
    /// The answer to one request: outputs carry the names of the configuration and the model's own (un-reshaped) shapes.
    public struct Answer: Sendable {
        public var outputs: [Tensor]
        public var parameters: Parameters
        public init(outputs: [Tensor], parameters: Parameters = Parameters()) {
            self.outputs = outputs
            self.parameters = parameters
        }
    }

    /// `answers[i]` belongs to `batch.requests[i]`.
    public var answers: [Result<Answer, ServingError>]
    /// When inputs were ready for the model; `nil` counts the whole execution as inference.
    public var inputsReady: ContinuousClock.Instant?
    /// When the model had finished computing; the rest is output time.
    public var computeDone: ContinuousClock.Instant?
    /// The batch size to count this execution under in the statistics; `nil` is the batch's `totalBatchSize`.
    public var reportedBatchSize: Int?

    public init(
        answers: [Result<Answer, ServingError>], inputsReady: ContinuousClock.Instant? = nil,
        computeDone: ContinuousClock.Instant? = nil, reportedBatchSize: Int? = nil
    ) {
        self.reportedBatchSize = reportedBatchSize
        self.answers = answers
        self.inputsReady = inputsReady
        self.computeDone = computeDone
    }

    /// The same error for each of `count` requests.
    public static func failure(_ error: ServingError, count: Int) -> ExecutionResult {
        ExecutionResult(answers: Array(repeating: .failure(error), count: count))
    }
}
