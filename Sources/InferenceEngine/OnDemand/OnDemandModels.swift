import InferenceTypes
import ModelRepository
import Synchronization

/// The models that load at first use: asks the residency policy, and does what it decides.
///
/// Thread-safe. Decisions are made under a lock; what follows from them is done after it is open again, in the order of
/// the decisions, by one thread at a time.
final class OnDemandModels: Sendable {
    typealias Completion = @Sendable (Result<any Servable, ServingError>) -> Void

    struct Waiter: Sendable {
        var model: String
        var version: Int64?
        var since: Duration
        var cancellation: CancellationFlag?
        /// Whether it waits for the load itself, rather than to be answered by the model.
        var isLoad: Bool
        var completion: Completion
    }

    struct State {
        var policy: ResidencyPolicy
        /// Model -> versions that would load; empty for one whose directory cannot be used.
        var versions: [String: [Int64]] = [:]
        var uses: [String: ModelUse] = [:]
        var waiters: [ResidencyPolicy.Request: Waiter] = [:]
        var lastRequest: ResidencyPolicy.Request = 0
        /// Decided, and not done yet.
        var actions: [ResidencyPolicy.Action] = []
        /// Whether some thread is at them.
        var isRunning = false
        var isWatchingTime = false
        weak var manager: ModelManager?
    }

    /// How soon the end of a wait is noticed.
    private static let watchPeriod = Duration.milliseconds(50)

    let settings: OnDemandSettings
    let table: ServableTable
    private let clock: LifecycleClock
    let state: Mutex<State>
    private let awaitsLeases = Atomic(false)
    private let isIdlenessNoted = Atomic(false)

    init(settings: OnDemandSettings, table: ServableTable, clock: LifecycleClock) {
        self.settings = settings
        self.table = table
        self.clock = clock
        state = Mutex(State(policy: ResidencyPolicy(settings: settings)))
    }

    /// Loads and unloads go to `manager` from now on.
    func attach(_ manager: ModelManager) { state.withLock { $0.manager = manager } }

    // MARK: Requests

    func wait(
        for name: String, _ version: Int64?, cancellation: CancellationFlag?, isLoad: Bool = false,
        _ completion: @escaping Completion
    ) {
        let since = clock.now()
        let request = state.withLock { state in
            state.lastRequest += 1
            state.waiters[state.lastRequest] = Waiter(
                model: name, version: version, since: since, cancellation: cancellation, isLoad: isLoad,
                completion: completion)
            return state.lastRequest
        }
        take { $0.request(request, for: name, since: since, now: $1) }
    }

    /// Refuses what waits, and loads nothing more.
    func stop() { take { policy, _ in policy.stop() } }

    // MARK: Decisions

    /// Takes in an event, decides, and does what follows.
    func take(_ event: (inout ResidencyPolicy, Duration) -> Void) {
        let now = clock.now()
        let (decided, watches) = state.withLock { state in
            // First the flag and then a look at the leases: the end of one is either seen here or comes as an event.
            awaitsLeases.store(true, ordering: .sequentiallyConsistent)
            event(&state.policy, now)
            let uses = state.uses
            state.actions += state.policy.decide(now: now) { uses[$0]?.usage ?? .init() }
            awaitsLeases.store(state.policy.awaitsLeases, ordering: .sequentiallyConsistent)
            let watches = state.policy.awaitsTime && !state.isWatchingTime
            if watches { state.isWatchingTime = true }
            return (state.isRunning ? [] : Self.takeActions(&state), watches)
        }
        var actions = decided
        while !actions.isEmpty {
            for action in actions { run(action) }
            actions = state.withLock { Self.takeActions(&$0) }
        }
        if watches { watchTime() }
    }

    private static func takeActions(_ state: inout State) -> [ResidencyPolicy.Action] {
        state.isRunning = !state.actions.isEmpty
        defer { state.actions = [] }
        return state.actions
    }

    private func run(_ action: ResidencyPolicy.Action) {
        switch action {
        case .answer(let request, _): answer(request)
        case .refuse(let request, let refusal): refuse(request, refusal)
        case .withdraw(let name):
            table.withdraw(name)
            take { policy, _ in policy.withdrawn(name) }
        case .reinstate(let name): table.reinstate(name)
        case .survey(let name): control { await $0.survey(name) }
        case .load(let name): control { await $0.loadOnDemand(name) }
        case .unload(let names): control { await $0.unloadToMakeRoom(names) }
        }
    }

    private func control(_ work: @escaping @Sendable (ModelManager) async -> Void) {
        guard let manager = state.withLock({ $0.manager }) else { return }
        Task { await work(manager) }
    }

    // MARK: Answers

    private func answer(_ request: ResidencyPolicy.Request) {
        guard let waiter = state.withLock({ $0.waiters[request] }) else { return }
        do throws(ServingError) {
            guard let servable = try table.find(waiter.model, waiter.version) else {
                // It left again in between, by an operator's hand. Not at once, lest this goes round and round.
                Task { self.take { $0.request(request, for: waiter.model, since: waiter.since, now: $1) } }
                return
            }
            finish(request, .success(servable))
        } catch {
            finish(request, .failure(error))
        }
    }

    private func refuse(_ request: ResidencyPolicy.Request, _ refusal: ResidencyPolicy.Refusal) {
        guard let waiter = state.withLock({ $0.waiters[request] }) else { return }
        let error: ServingError =
            switch refusal {
            case .tooManyWait: .tooManyWaitForModels(waiter.model, limit: settings.maximumWaiting)
            case .waitedTooLong: .waitedTooLongForModel(waiter.model, limit: settings.maximumWait)
            case .stopping: .modelIsStopping
            case .loadFailed(let cause):
                waiter.isLoad ? cause : .notLoadedOnDemand(waiter.model, waiter.version, cause)
            }
        finish(request, .failure(error))
    }

    private func finish(_ request: ResidencyPolicy.Request, _ result: Result<any Servable, ServingError>) {
        state.withLock { $0.waiters.removeValue(forKey: request) }?.completion(result)
    }

    // MARK: What happens without a request

    /// The last lease of a model has ended. On any thread, so that what follows is left to another.
    func noteIdleness() {
        guard awaitsLeases.load(ordering: .sequentiallyConsistent),
            !isIdlenessNoted.exchange(true, ordering: .sequentiallyConsistent)
        else { return }
        Task {
            isIdlenessNoted.store(false, ordering: .sequentiallyConsistent)
            take { _, _ in }
        }
    }

    /// Looks again and again, for as long as something waits.
    private func watchTime() {
        Task { [weak self, clock] in
            repeat { await clock.sleep(Self.watchPeriod) } while self?.lookAtTime() ?? false
        }
    }

    private func lookAtTime() -> Bool {
        forgetCancelled()
        take { _, _ in }
        return state.withLock { state in
            state.isWatchingTime = state.policy.awaitsTime
            return state.isWatchingTime
        }
    }

    /// Requests whose clients have gone wait no longer.
    private func forgetCancelled() {
        let gone = state.withLock { state in
            let gone = state.waiters.filter { $0.value.cancellation?.isCancelled ?? false }
            for request in gone.keys { state.waiters[request] = nil }
            if !gone.isEmpty { state.policy.forget(Set(gone.keys)) }
            return gone.values.map(\.completion)
        }
        for completion in gone { completion(.failure(.clientOfWaitHasGone)) }
    }
}
