public import InferenceTypes

/// A model's configuration: the content of config.pbtxt. Fields, names and defaults are those of Triton's
/// model_config.proto (message `ModelConfig`); enum cases carry the proto's numbers.
public struct ModelConfig: Sendable, Hashable {
    public var name = ""
    public var platform = ""
    public var backend = ""
    public var runtime = ""
    /// `nil` until defaults are applied (then latest 1).
    public var versionPolicy: ModelVersionPolicy?
    public var maxBatchSize: Int32 = 0
    public var inputs: [ModelInput] = []
    public var outputs: [ModelOutput] = []
    public var batchInputs: [BatchInput] = []
    public var batchOutputs: [BatchOutput] = []
    public var optimization: ModelOptimizationPolicy?
    public var scheduling: SchedulingChoice?
    public var instanceGroups: [ModelInstanceGroup] = []
    public var defaultModelFilename = ""
    public var ccModelFilenames: [String: String] = [:]
    public var metricTags: [String: String] = [:]
    /// `parameters { key value { string_value } }`, flattened.
    public var parameters: [String: String] = [:]
    public var warmup: [ModelWarmup] = []
    public var operations: ModelOperations?
    public var transactionPolicy: ModelTransactionPolicy?
    public var repositoryAgents: ModelRepositoryAgents?
    public var responseCache: ModelResponseCache?
    public var metrics: ModelMetrics?
    /// Where this is written. Does not count in comparisons.
    public var origin = ConfigurationOrigin.unknown

    public init() {}

    /// The oneof `scheduling_choice`.
    public enum SchedulingChoice: Sendable, Hashable {
        case dynamicBatching(ModelDynamicBatching)
        case sequenceBatching(ModelSequenceBatching)
        case ensemble(ModelEnsembling)
    }

    public var dynamicBatching: ModelDynamicBatching? {
        if case .dynamicBatching(let value)? = scheduling { value } else { nil }
    }

    public var sequenceBatching: ModelSequenceBatching? {
        if case .sequenceBatching(let value)? = scheduling { value } else { nil }
    }

    public var ensemble: ModelEnsembling? {
        if case .ensemble(let value)? = scheduling { value } else { nil }
    }

    public var isDecoupled: Bool { transactionPolicy?.decoupled ?? false }

    /// The shape clients must use for a tensor of these configured dimensions: with a leading -1 if the model batches.
    public func fullShape(_ dims: Shape) -> Shape {
        maxBatchSize > 0 ? Shape([-1] + dims.dimensions) : dims
    }
}
