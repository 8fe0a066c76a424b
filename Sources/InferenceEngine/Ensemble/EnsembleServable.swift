public import InferenceTypes
public import ModelConfiguration
import Scheduling
import Synchronization

/// An ensemble: answers a request by passing tensors through its composing models, each as soon as its inputs are there.
public final class EnsembleServable: Servable {
    /// How deep ensembles may lie in ensembles.
    static let maximumDepth = 64

    public let name: String
    public let version: Int64
    public let statistics: ModelStatistics
    public let isBatching: Bool
    public let isDecoupled: Bool

    let plan: EnsemblePlan
    let resolver: ServableResolver
    let outputReshapes: [String: OutputReshape]
    /// Only the version policy ever changes.
    private let currentConfiguration: Mutex<ModelConfig>
    private let validator: RequestValidator
    private let labels: OutputLabels
    private let lifetime: ServableLifetime?

    init(
        source: ServableSource, labels: OutputLabels, statistics: ModelStatistics, resolver: @escaping ServableResolver
    ) {
        name = source.name
        version = source.version
        lifetime = source.lifetime
        currentConfiguration = Mutex(source.configuration)
        isBatching = source.configuration.maxBatchSize > 0
        isDecoupled = source.configuration.isDecoupled
        self.statistics = statistics
        plan = EnsemblePlan(source.configuration.ensemble ?? ModelEnsembling())
        outputReshapes = OutputReshape.all(in: source.configuration)
        validator = RequestValidator(source.configuration)
        self.labels = labels
        self.resolver = resolver
    }

    public var configuration: ModelConfig { currentConfiguration.withLock { $0 } }

    func prepareUpdate(to configuration: ModelConfig) -> ServableUpdate {
        ServableUpdate { self.currentConfiguration.withLock { $0 = configuration } }
    }

    public func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        let now = ContinuousClock.now
        do throws(ServingError) {
            var validated = request
            try validator.validate(&validated)
            let depth = (request.stepTimes?.depth ?? 0) + 1
            guard depth <= Self.maximumDepth else {
                throw ServingError(
                    .invalidArgument, "ensembles lie in ensembles more than \(Self.maximumDepth) deep")
            }
            EnsembleRun(self, request: validated, responder: responder, enqueued: now, depth: depth).start()
        } catch {
            responder.send(.failed(error))
        }
    }

    /// The ensemble's own label file, or else the labels of the step that writes the output.
    public func label(output: String, index: Int) -> String? {
        if let own = labels.label(output: output, index: index) { return own }
        guard let (step, stepOutput) = plan.producer(ofTensor: output) else { return nil }
        let servable = try? resolver(step.qualifiedModelName, step.modelVersion)
        return servable?.label(output: stepOutput, index: index)
    }
}
