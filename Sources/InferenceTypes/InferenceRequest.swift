/// What a client asks of one model, decoded from any protocol.
///
/// The front-end fills it; validation against the model's configuration (`RequestValidator`) completes `batchSize` and
/// applies `reshape`; after that it is only read.
public struct InferenceRequest: Sendable {
    public var modelName: String
    /// `nil` asks for the largest ready version.
    public var modelVersion: Int64?
    /// The client's own id, echoed in the response; empty if none was given.
    public var id: String = ""
    public var inputs: [Tensor] = []
    /// Names of the outputs wanted; empty asks for all outputs of the model.
    public var requestedOutputs: [String] = []
    /// Parameters for the model, without those that the server itself understands.
    public var parameters = Parameters()
    public var correlationID = CorrelationID.none
    public var sequenceStart = false
    public var sequenceEnd = false
    /// 0 asks for the model's default priority.
    public var priority: UInt64 = 0
    /// Microseconds that the request may wait in a queue; 0 is no limit.
    public var timeoutMicroseconds: UInt64 = 0
    /// The body is the data of the model's single input; the validator deduces name, datatype and shape.
    public var isRawInput = false
    /// Set by validation: the leading dimension of the inputs, 0 when the model does not batch.
    public var batchSize = 0
    /// Raised when the client has gone away or cancelled.
    public var cancellation: CancellationFlag?
    /// Set on the requests that an ensemble makes for its steps.
    public var stepTimes: StepTimes?

    public var isCancelled: Bool { cancellation?.isCancelled ?? false }

    /// `[request id: ...] `, the words that Triton puts before messages about one request.
    public var logPrefix: String { "[request id: \(id.isEmpty ? "<id_unknown>" : id)] " }

    public init(modelName: String, modelVersion: Int64? = nil) {
        self.modelName = modelName
        self.modelVersion = modelVersion
    }
}
