public import InferenceTypes
public import ModelConfiguration
import Scheduling

/// An ensemble: answers a request by passing tensors through its composing models, each as soon as its inputs are there.
public final class EnsembleServable: Servable {
    /// How deep ensembles may lie in ensembles.
    static let maximumDepth = 64

    public let name: String
    public let version: Int64
    public let configuration: ModelConfig
    public let statistics: ModelStatistics
    public let isBatching: Bool
    public let isDecoupled: Bool

    let plan: EnsemblePlan
    let resolver: ServableResolver
    let outputReshapes: [String: OutputReshape]
    private let validator: RequestValidator
    private let labels: OutputLabels
    private let lifetime: ServableLifetime?

    init(source: ServableSource, labels: OutputLabels, resolver: @escaping ServableResolver) {
        name = source.name
        version = source.version
        lifetime = source.lifetime
        configuration = source.configuration
        isBatching = source.configuration.maxBatchSize > 0
        isDecoupled = source.configuration.isDecoupled
        statistics = ModelStatistics(name: source.name, version: source.version)
        plan = EnsemblePlan(source.configuration.ensemble ?? ModelEnsembling())
        outputReshapes = OutputReshape.all(in: source.configuration)
        validator = RequestValidator(source.configuration)
        self.labels = labels
        self.resolver = resolver
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
        let servable = try? resolver(step.modelName, step.modelVersion)
        return servable?.label(output: stepOutput, index: index)
    }
}
