import BackendAPI
import InferenceTypes
import Scheduling
import Synchronization

/// The instances of one model version, each on a thread of its own, and the scheduler that feeds them.
///
/// The threads keep the pool, the loaded model and their instances alive; `stop` makes them finish what is queued,
/// release their instances where these were made, and end. Nobody waits for them.
final class InstancePool: Sendable {
    private struct State {
        var scheduler: any RequestScheduler
        var idle = IdleInstances()
        var isStopping = false
    }

    private let state: Mutex<State>
    private let signals: [ThreadSignal]
    private let executor: BatchExecutor

    /// Makes the instances, one after the other, each on its thread.
    ///
    /// - Throws: the first error of an instance; the threads started until then end by themselves.
    init(
        model: any LoadedModel, instances: [InstanceContext], scheduler: any RequestScheduler,
        executor: BatchExecutor, warmup: [WarmupSample], spin: AdaptiveSpin, lifetime: ServableLifetime?
    ) throws(ServingError) {
        state = Mutex(State(scheduler: scheduler))
        signals = instances.map { _ in ThreadSignal(spin: spin) }
        self.executor = executor
        do {
            for context in instances { try start(context, of: model, warmup: warmup, lifetime: lifetime) }
        } catch {
            stop()
            throw error
        }
    }

    /// Queues a request; it is answered exactly once, here if it is refused.
    ///
    /// - Parameter wakes: Of the event loop that calls; `nil` wakes an instance at once.
    func enqueue(_ pending: PendingRequest, _ wakes: WakeBatch? = nil) {
        let (refusal, idle) = state.withLock { state -> (ServingError?, Int?) in
            guard !state.isStopping else { return (.modelIsStopping, nil) }
            if let error = state.scheduler.enqueue(pending) { return (error, nil) }
            return (nil, state.idle.takeLast())
        }
        if let refusal { executor.refuse(pending, refusal) }
        guard let idle else { return }
        if let wakes { signals[idle].raise(with: wakes) } else { signals[idle].raise() }
    }

    /// Lets the threads finish what is queued and end. Returns at once; from any thread.
    func stop() {
        state.withLock { $0.isStopping = true }
        for signal in signals { signal.raise() }
    }

    // MARK: - Instance threads

    private func start(
        _ context: InstanceContext, of model: any LoadedModel, warmup: [WarmupSample],
        lifetime: ServableLifetime?
    ) throws(ServingError) {
        let started = StartGate()
        try OSThread.start(name: context.name) {
            let instance: any ModelInstance
            do throws(ServingError) {
                instance = try model.makeInstance(context)
                try self.executor.warmUp(instance, with: warmup)
            } catch {
                started.open(.failure(error))
                return
            }
            started.open(.success(()))
            self.serve(instance, number: context.ordinal)
            withExtendedLifetime((model, lifetime)) {}
        }
        try started.wait().get()
    }

    private enum Task {
        case work(SchedulingDecision)
        case wait(until: ContinuousClock.Instant?)
        case end
    }

    private func serve(_ instance: any ModelInstance, number: Int) {
        while true {
            switch nextTask(number) {
            case .work(let decision):
                for refusal in decision.refused { executor.refuse(refusal.pending, refusal.error) }
                if !decision.batch.isEmpty { executor.execute(decision.batch, on: instance) }
            case .wait(let deadline): signals[number].wait(until: deadline)
            case .end: return
            }
        }
    }

    private func nextTask(_ number: Int) -> Task {
        let now = ContinuousClock.now
        return state.withLock { state in
            state.idle.remove(number)
            let decision = state.scheduler.nextBatch(now: now)
            if !decision.batch.isEmpty || !decision.refused.isEmpty { return .work(decision) }
            if state.isStopping && state.scheduler.count == 0 { return .end }
            state.idle.insert(number)
            return .wait(until: decision.askAgain)
        }
    }
}

/// Lets a loading thread wait until an instance thread has made its instance.
private final class StartGate: Sendable {
    private let result = Mutex<Result<Void, ServingError>?>(nil)
    private let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))

    func open(_ value: Result<Void, ServingError>) {
        result.withLock { $0 = value }
        signal.raise()
    }

    func wait() -> Result<Void, ServingError> {
        while true {
            if let value = result.withLock({ $0 }) { return value }
            signal.wait()
        }
    }
}
