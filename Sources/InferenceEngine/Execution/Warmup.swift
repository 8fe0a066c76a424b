import BackendAPI
import InferenceTypes
import Logging
import ModelConfiguration

/// What each instance of a model runs before it serves: the samples of `model_warmup`, then the shapes that parameters of
/// the model ask for.
struct Warmup: Sendable {
    private let samples: [WarmupSample]
    private let shapes: WarmupShapes
    private let configuration: ModelConfig
    private let limits: ServingLimits
    private let logger: Logger

    /// - Parameter modelDirectory: files of samples lie in `warmup` below it.
    init(
        _ configuration: ModelConfig, modelDirectory: String, limits: ServingLimits, logger: Logger
    ) throws(ServingError) {
        self.configuration = configuration
        self.limits = limits
        self.logger = logger
        samples = try WarmupSample.all(in: configuration, modelDirectory: modelDirectory)
        shapes = try WarmupShapes(configuration, limit: limits.maximumWarmupShapes)
    }

    /// Runs everything, on the thread of the instance. What it runs counts in the statistics as other executions do.
    ///
    /// - Throws: the first failure, which fails the load.
    func run(on instance: any ModelInstance, named name: String, with executor: BatchExecutor) throws(ServingError) {
        for sample in samples { try executor.run(sample, times: sample.repetitions, on: instance) }
        guard !shapes.runs.isEmpty else { return }
        let times = max(instance.executionsUntilWarm, 1)
        let began = ContinuousClock.now
        for (index, shape) in shapes.runs.enumerated() {
            let spent = ContinuousClock.now - began
            guard spent < limits.warmupShapeTime else {
                logger.warning(
                    """
                    instance '\(name)' is warm for \(index) of \(shapes.runs.count) shapes only: the others would take it \
                    beyond \(limits.warmupShapeTime) (--warmup-shapes-timeout-secs)
                    """, metadata: ["model": "\(configuration.name)"])
                return
            }
            let sample = try WarmupSample(shape, of: configuration)
            try executor.run(sample, times: times, on: instance)
        }
        logger.info(
            "instance '\(name)' is warm for \(shapes.runs.count) shapes, each run \(times) times, after \(ContinuousClock.now - began)",
            metadata: ["model": "\(configuration.name)"])
    }
}
