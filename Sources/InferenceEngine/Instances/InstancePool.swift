import BackendAPI
import InferenceTypes
import Scheduling
import Synchronization

/// The instances of one model version, each on a thread of its own, and the scheduler that feeds them.
///
/// Instances can be added and taken away while the others serve. The threads keep the pool, the loaded model and their
/// instances alive; `stop` makes them finish what is queued, release their instances where these were made, and end.
/// Nobody waits for them.
final class InstancePool: Sendable {
    private enum Role {
        /// Made, and waits for the commit.
        case prepared
        case serving
    }

    private struct Member {
        var context: InstanceContext
        let signal: ThreadSignal
        var role = Role.prepared
    }

    private struct State {
        var scheduler: any RequestScheduler
        var idle = IdleInstances()
        /// By number; no entry tells the instance's thread to end.
        var members: [Int: Member] = [:]
        var lastNumber = -1
        /// What each instance takes in addition to the model, by number.
        var instanceMemory: [Int: [MemoryUsage]] = [:]
        /// What further instances are made of; `nil` once the pool is to end.
        var origin: Origin?
    }

    /// What the threads keep alive, and the pool only until it stops: the last of them frees it.
    private final class Origin: Sendable {
        // Members go in this order: when the lifetime ends, nothing here refers to the model any more.
        let model: any LoadedModel
        let lifetime: ServableLifetime?

        init(model: any LoadedModel, lifetime: ServableLifetime?) {
            self.model = model
            self.lifetime = lifetime
        }
    }

    private let state: Mutex<State>
    private let executor: BatchExecutor
    private let spin: AdaptiveSpin
    private let threadStarter: ThreadStarter
    private let modelMemory: [MemoryUsage]

    /// Without instances: `prepare` makes them and `commit` lets them serve.
    init(
        model: any LoadedModel, scheduler: any RequestScheduler, executor: BatchExecutor, spin: AdaptiveSpin,
        threadStarter: ThreadStarter, lifetime: ServableLifetime?
    ) {
        state = Mutex(State(scheduler: scheduler, origin: Origin(model: model, lifetime: lifetime)))
        self.executor = executor
        self.spin = spin
        self.threadStarter = threadStarter
        modelMemory = model.memoryUsage
    }

    /// The instances that serve, by their numbers.
    var serving: [Int: InstanceContext] {
        state.withLock { $0.members.filter { $0.value.role == .serving }.mapValues(\.context) }
    }

    /// Queues a request; it is answered exactly once, here if it is refused.
    ///
    /// - Parameter wakes: Of the event loop that calls; `nil` wakes an instance at once.
    func enqueue(_ pending: PendingRequest, _ wakes: WakeBatch? = nil) {
        let (refusal, idle) = state.withLock { state -> (ServingError?, ThreadSignal?) in
            guard state.origin != nil else { return (.modelIsStopping, nil) }
            if let error = state.scheduler.enqueue(pending) { return (error, nil) }
            return (nil, Self.takeIdle(&state))
        }
        if let refusal { executor.refuse(pending, refusal) }
        guard let idle else { return }
        if let wakes { idle.raise(with: wakes) } else { idle.raise() }
    }

    /// Requests that wait for an instance.
    var pendingRequestCount: Int { state.withLock { $0.scheduler.count } }

    /// Lets the threads finish what is queued and end. Returns at once; from any thread.
    func stop() {
        let signals = state.withLock { state in
            // Not the last reference: a thread that has not seen this yet has one of its own.
            state.origin = nil
            return state.members.values.map(\.signal)
        }
        for signal in signals { signal.raise() }
    }

    /// The memory of the model and the instances that live.
    var memoryUsage: [MemoryUsage] {
        let instances = state.withLock { $0.instanceMemory }
        return MemoryUsage.total(modelMemory + instances.values.joined())
    }

    // MARK: - Instances that come and go

    /// Makes instances, one after the other, each on its thread, and warms them up. They do not serve yet.
    ///
    /// - Returns: their numbers.
    /// - Throws: the first error of an instance; those made until then end by themselves.
    func prepare(_ contexts: [InstanceContext], warmup: Warmup) throws(ServingError) -> [Int] {
        var numbers: [Int] = []
        do throws(ServingError) {
            for context in contexts { numbers.append(try start(context, warmup: warmup)) }
        } catch {
            retire(numbers)
            throw error
        }
        return numbers
    }

    /// At one moment lets prepared instances serve, and others end once they have finished what they execute.
    ///
    /// - Parameter kept: the new places of instances that stay.
    func commit(_ prepared: [Int], kept: [Int: InstanceContext] = [:], retired: [Int] = []) {
        let signals = state.withLock { state in
            for number in prepared { state.members[number]?.role = .serving }
            for (number, context) in kept { state.members[number]?.context = context }
            // Requests may wait for the new ones.
            let woken = prepared.compactMap { state.members[$0]?.signal }
            return woken + Self.remove(retired, &state)
        }
        for signal in signals { signal.raise() }
    }

    /// Lets instances end once they have finished what they execute.
    func retire(_ numbers: [Int]) {
        for signal in state.withLock({ Self.remove(numbers, &$0) }) { signal.raise() }
    }

    /// Returns the threads to wake: those that end, and one that takes over what they were woken for, or waited for.
    private static func remove(_ numbers: [Int], _ state: inout State) -> [ThreadSignal] {
        guard !numbers.isEmpty else { return [] }
        var signals: [ThreadSignal] = []
        for number in numbers {
            state.idle.remove(number)
            if let member = state.members.removeValue(forKey: number) { signals.append(member.signal) }
        }
        if let other = takeIdle(&state) { signals.append(other) }
        return signals
    }

    private static func takeIdle(_ state: inout State) -> ThreadSignal? {
        guard let number = state.idle.takeLast() else { return nil }
        return state.members[number]?.signal
    }

    private func start(_ context: InstanceContext, warmup: Warmup) throws(ServingError) -> Int {
        let signal = ThreadSignal(spin: spin)
        let (number, origin) = state.withLock { state in
            state.lastNumber += 1
            state.members[state.lastNumber] = Member(context: context, signal: signal)
            return (state.lastNumber, state.origin)
        }
        do throws(ServingError) {
            guard let origin else { throw .modelIsStopping }
            try start(number, context, of: origin, signal, warmup)
        } catch {
            retire([number])
            throw error
        }
        return number
    }

    // MARK: - Instance threads

    private func start(
        _ number: Int, _ context: InstanceContext, of origin: Origin, _ signal: ThreadSignal, _ warmup: Warmup
    ) throws(ServingError) {
        let started = ThreadResult<Result<Void, ServingError>>()
        try threadStarter.start(name: context.name) {
            let instance: any ModelInstance
            do throws(ServingError) {
                instance = try origin.model.makeInstance(context)
                try warmup.run(on: instance, named: context.name, with: self.executor)
            } catch {
                started.set(.failure(error))
                return
            }
            let memory = instance.memoryUsage
            self.state.withLock { $0.instanceMemory[number] = memory }
            started.set(.success(()))
            self.serve(instance, number, signal)
            self.state.withLock { $0.instanceMemory[number] = nil }
            withExtendedLifetime(origin) {}
        }
        try started.wait().get()
    }

    private enum Task {
        case work(SchedulingDecision)
        case wait(until: ContinuousClock.Instant?)
        case end
    }

    private func serve(_ instance: any ModelInstance, _ number: Int, _ signal: ThreadSignal) {
        while true {
            switch nextTask(number) {
            case .work(let decision):
                for refusal in decision.refused { executor.refuse(refusal.pending, refusal.error) }
                if !decision.batch.isEmpty { executor.execute(decision.batch, on: instance) }
            case .wait(let deadline): signal.wait(until: deadline)
            case .end: return
            }
        }
    }

    private func nextTask(_ number: Int) -> Task {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard let role = state.members[number]?.role else { return .end }
            guard role == .serving else { return state.origin == nil ? .end : .wait(until: nil) }
            state.idle.remove(number)
            let decision = state.scheduler.nextBatch(now: now)
            if !decision.batch.isEmpty || !decision.refused.isEmpty { return .work(decision) }
            if state.origin == nil && state.scheduler.count == 0 { return .end }
            state.idle.insert(number)
            return .wait(until: decision.askAgain)
        }
    }
}
