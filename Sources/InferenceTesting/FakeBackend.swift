public import BackendAPI
public import InferenceTypes
public import ModelConfiguration
import Synchronization

/// A backend that does what a test tells it, and remembers what it was asked.
///
/// By default it answers each requested output with the input of the same position in the configuration's lists.
public final class FakeBackend: Backend {
    /// One call of `execute`.
    public struct Execution: Sendable {
        public let instance: String
        public let requests: [InferenceRequest]
        public let totalBatchSize: Int
    }

    /// What an instance does with a batch; called on the instance's thread and may block it.
    public typealias Behaviour = @Sendable (_ batch: ExecutionBatch, _ instance: InstanceContext) -> ExecutionResult

    public let name: String
    private let behaviour: Behaviour
    private let makeInstanceError: @Sendable (InstanceContext) -> ServingError?
    private let loadError: ServingError?
    private let traits: FakeTraits
    private let journal = Journal()

    /// - Parameters:
    ///   - executionsUntilWarm: what its instances tell.
    ///   - memory: what its models tell, and what its instances tell.
    public init(
        name: String = "fake", loadError: ServingError? = nil, executionsUntilWarm: Int = 1,
        memory: (model: [MemoryUsage], instance: [MemoryUsage]) = ([], []),
        execute: @escaping Behaviour = { batch, _ in FakeBackend.echo(batch) },
        makeInstanceError: @escaping @Sendable (InstanceContext) -> ServingError? = { _ in nil }
    ) {
        self.name = name
        self.loadError = loadError
        traits = FakeTraits(
            executionsUntilWarm: executionsUntilWarm, modelMemory: memory.model, instanceMemory: memory.instance)
        self.makeInstanceError = makeInstanceError
        behaviour = execute
    }

    /// Every call of `execute` so far, in the order in which they began.
    public var executions: [Execution] { journal.state.withLock { $0.executions } }

    /// Instances that exist now.
    public var liveInstances: Int { journal.state.withLock { $0.liveInstances } }

    /// Loaded models that exist now.
    public var liveModels: Int { journal.state.withLock { $0.liveModels } }

    /// Calls made on another thread than the one that made the instance.
    public var callsOnForeignThreads: Int { journal.state.withLock { $0.foreignCalls } }

    public func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig {
        context.configuration
    }

    public func loadModel(_ context: ModelContext) throws(ServingError) -> any LoadedModel {
        if let loadError { throw loadError }
        return FakeModel(journal, traits, behaviour, makeInstanceError)
    }

    /// Answers the n-th requested output with the n-th input (the last input if there are fewer).
    public static func echo(_ batch: ExecutionBatch) -> ExecutionResult {
        ExecutionResult(
            answers: batch.requests.map { request in
                .success(
                    .init(
                        outputs: request.requestedOutputs.enumerated().compactMap { index, name in
                            guard !request.inputs.isEmpty else { return nil }
                            var tensor = request.inputs[min(index, request.inputs.count - 1)]
                            tensor.name = name
                            return tensor
                        }))
            })
    }
}

private struct FakeTraits: Sendable {
    var executionsUntilWarm: Int
    var modelMemory: [MemoryUsage]
    var instanceMemory: [MemoryUsage]
}

private final class Journal: Sendable {
    struct State {
        var executions: [FakeBackend.Execution] = []
        var liveInstances = 0
        var liveModels = 0
        var foreignCalls = 0
    }

    let state = Mutex(State())
}

private final class FakeModel: LoadedModel {
    private let journal: Journal
    private let traits: FakeTraits
    private let behaviour: FakeBackend.Behaviour
    private let makeInstanceError: @Sendable (InstanceContext) -> ServingError?

    init(
        _ journal: Journal, _ traits: FakeTraits, _ behaviour: @escaping FakeBackend.Behaviour,
        _ makeInstanceError: @escaping @Sendable (InstanceContext) -> ServingError?
    ) {
        self.journal = journal
        self.traits = traits
        self.behaviour = behaviour
        self.makeInstanceError = makeInstanceError
        journal.state.withLock { $0.liveModels += 1 }
    }

    deinit { journal.state.withLock { $0.liveModels -= 1 } }

    func makeInstance(_ context: InstanceContext) throws(ServingError) -> any ModelInstance {
        if let error = makeInstanceError(context) { throw error }
        return FakeInstance(journal, traits, behaviour, context)
    }

    var memoryUsage: [MemoryUsage] { traits.modelMemory }
}

private final class FakeInstance: ModelInstance {
    private let journal: Journal
    private let behaviour: FakeBackend.Behaviour
    private let context: InstanceContext
    private let thread = ThreadIdentity.current()
    let executionsUntilWarm: Int
    let memoryUsage: [MemoryUsage]

    init(
        _ journal: Journal, _ traits: FakeTraits, _ behaviour: @escaping FakeBackend.Behaviour,
        _ context: InstanceContext
    ) {
        self.journal = journal
        executionsUntilWarm = traits.executionsUntilWarm
        memoryUsage = traits.instanceMemory
        self.behaviour = behaviour
        self.context = context
        journal.state.withLock { $0.liveInstances += 1 }
    }

    deinit {
        let isForeign = thread != ThreadIdentity.current()
        journal.state.withLock { state in
            state.liveInstances -= 1
            if isForeign { state.foreignCalls += 1 }
        }
    }

    func execute(_ batch: ExecutionBatch) -> ExecutionResult {
        let isForeign = thread != ThreadIdentity.current()
        journal.state.withLock { state in
            if isForeign { state.foreignCalls += 1 }
            state.executions.append(
                .init(instance: context.name, requests: batch.requests, totalBatchSize: batch.totalBatchSize))
        }
        return behaviour(batch, context)
    }
}
