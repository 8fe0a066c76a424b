import InferenceTypes

/// Decides which on-demand models are in memory.
///
/// A value without clock, lock or I/O. It takes in events, and `decide` answers with actions to be done in order.
///
/// Rules:
/// - Models take no more than the budget together, as far as is known before a load; a model that does not fit beside the
///   pinned ones loads alone. When a load turns out to take more, others leave until the budget is kept.
/// - Requests that no model in memory can answer wait in one queue, so that none waits for ever: room goes to the first.
/// - The least recently used model leaves first, and only when no request uses it. One that is always in use gets no
///   further requests after a while, and leaves when the last one is answered.
/// - An ensemble and what it is composed of load together, and a composing model never leaves before its ensembles.
/// - Each request is answered or refused once.
struct ResidencyPolicy: Sendable {
    typealias Request = UInt64

    /// How a model is being used, as requests see it.
    struct Usage: Sendable {
        var leases = 0
        /// Grows from use to use.
        var lastUse: UInt64 = 0
    }

    enum Action: Sendable, Equatable {
        /// Find out what the load would take: `surveyed`.
        case survey(String)
        /// Load a model and what it is composed of: `activated` for each, then `loadEnded`.
        case load(String)
        /// Give the model to no further request: `withdrawn`.
        case withdraw(String)
        /// Give it to requests again.
        case reinstate(String)
        /// Unload, in this order; nobody uses them: `released`, then `left`.
        case unload([String])
        /// The model is in memory.
        case answer(Request, model: String)
        case refuse(Request, Refusal)
    }

    enum Refusal: Sendable, Hashable {
        case tooManyWait
        case waitedTooLong
        case loadFailed(ServingError)
        case stopping
    }

    let settings: OnDemandSettings
    var models: [String: ResidentModel] = [:]
    /// Models that are known to be composed of others.
    var ensembles: Set<String> = []
    /// Models that requests wait for and that do not load yet, in the order of the first of those requests.
    var queue: [String] = []
    var waitingCount = 0
    var actions: [Action] = []
    /// Since when room is missing that some model could make.
    var shortSince: Duration?
    var lastActivated: String?
    var isStopping = false

    init(settings: OnDemandSettings) {
        self.settings = settings
        for name in settings.pinnedModels { models[name, default: ResidentModel()].isPinned = true }
    }

    /// Bytes of all models that load, are in memory, or leave it.
    var charged: Int { models.values.reduce(0) { Self.sum($0, $1.charge) } }

    /// Whether the end of a lease may lead to something.
    var awaitsLeases: Bool { shortSince != nil || models.values.contains { $0.phase == .draining } }

    /// Whether the passing of time may lead to something.
    var awaitsTime: Bool { awaitsLeases || waitingCount > 0 }

    /// Whether a request for the model would be tried now.
    func isServable(_ name: String, now: Duration) -> Bool {
        guard let model = models[name], model.isAway, let failure = model.failure else { return true }
        return now >= failure.retryAt
    }

    // MARK: Requests

    /// A request asks for a model that it did not find in memory.
    ///
    /// - Parameter since: when it first asked.
    mutating func request(_ request: Request, for name: String, since: Duration, now: Duration) {
        guard !isStopping else { return actions.append(.refuse(request, .stopping)) }
        var model = models[name] ?? ResidentModel()
        if model.phase == .resident { return actions.append(.answer(request, model: name)) }
        if model.isAway, let failure = model.failure, now < failure.retryAt {
            return actions.append(.refuse(request, .loadFailed(failure.error)))
        }
        guard waitingCount < settings.maximumWaiting else { return actions.append(.refuse(request, .tooManyWait)) }
        waitingCount += 1
        model.waiting.append(.init(request: request, deadline: since + settings.maximumWait))
        if model.phase != .loading, !queue.contains(name) { queue.append(name) }
        models[name] = model
    }

    /// Nobody waits for the answers of these requests any more; they get none.
    mutating func forget(_ requests: Set<Request>) {
        for name in models.keys where models[name]?.waiting.isEmpty == false {
            let before = models[name]?.waiting.count ?? 0
            models[name]?.waiting.removeAll { requests.contains($0.request) }
            waitingCount -= before - (models[name]?.waiting.count ?? 0)
        }
    }

    /// What waits is refused, and nothing loads any more.
    mutating func stop() {
        isStopping = true
        for name in models.keys { refuseAll(name, .stopping) }
        queue = []
    }

    // MARK: What is known before a load

    /// - Parameter sizes: bytes of the files of the model and of everything that it is composed of.
    mutating func surveyed(_ name: String, sizes: [String: Int]) {
        for (part, size) in sizes { models[part, default: ResidentModel()].fileBytes = max(size, 0) }
        guard var model = models[name] else { return }
        if sizes.count > 1 { ensembles.insert(name) }
        model.parts = sizes.keys.filter { $0 != name }.sorted()
        if model.phase == .surveying { model.phase = .queued }
        if model.bytes == 0 { model.bytes = model.estimate }
        models[name] = model
    }

    /// The model or its files have changed: a failure of before says nothing any more.
    mutating func forgetFailure(_ name: String) { models[name]?.failure = nil }

    /// Whether the model must stay, because a load would not bring it back as it is.
    mutating func hold(_ name: String, _ isHeld: Bool) { models[name, default: ResidentModel()].isHeld = isHeld }

    // MARK: Loads and unloads, whoever asked for them

    /// The first version of the model begins to load.
    mutating func began(_ name: String) { models[name, default: ResidentModel()].isInMemory = true }

    /// The model is in service, for the first time or with new versions.
    ///
    /// - Parameters:
    ///   - bytes: measured; `nil` where it is not known.
    ///   - parts: everything that it is composed of.
    mutating func activated(_ name: String, bytes: Int?, parts: [String], now: Duration) {
        var model = models[name] ?? ResidentModel()
        model.isInMemory = true
        model.parts = parts
        if !parts.isEmpty { ensembles.insert(name) }
        model.failure = nil
        model.loadedFor = nil
        if let bytes {
            model.bytes = bytes
            if let fileBytes = model.fileBytes { model.measured = (fileBytes, bytes) }
        } else {
            model.bytes = model.estimate
        }
        if model.phase != .draining, model.phase != .resident {
            model.phase = .resident
            model.isWithdrawn = false
            model.residentSince = now
            lastActivated = name
            actions.append(.reinstate(name))
        }
        models[name] = model
        if model.phase == .resident { answerAll(name) }
        if bytes == nil, model.fileBytes == nil { actions.append(.survey(name)) }
    }

    /// A load that `decide` asked for has ended.
    mutating func loadEnded(_ name: String, _ error: ServingError?, now: Duration) {
        for part in models.keys where models[part]?.loadedFor == name && part != name {
            if error == nil { becomeResident(part, now) } else { loadMissed(part) }
        }
        guard models[name]?.phase == .loading else { return }
        guard let error else { return becomeResident(name, now) }
        models[name]?.goAway()
        fail(name, error, now)
    }

    /// The model is not in service any more.
    mutating func released(_ name: String) {
        guard let model = models[name], model.phase != .loading, !model.isAway else { return }
        models[name]?.goAway()
        // Whoever wanted a model that was to leave wants it still.
        if !model.waiting.isEmpty, !queue.contains(name) { queue.append(name) }
    }

    /// Nothing of the model is in memory any more.
    mutating func left(_ name: String) {
        models[name]?.isInMemory = false
        if models[name]?.phase == .leaving { models[name]?.phase = .absent }
    }

    mutating func withdrawn(_ name: String) {
        if models[name]?.phase == .draining { models[name]?.isWithdrawn = true }
    }

    // MARK: Parts of events

    private mutating func becomeResident(_ name: String, _ now: Duration) {
        guard models[name]?.phase == .loading else { return }
        models[name]?.phase = .resident
        models[name]?.loadedFor = nil
        models[name]?.failure = nil
        models[name]?.residentSince = now
        lastActivated = name
        actions.append(.reinstate(name))
        answerAll(name)
    }

    /// A composing model did not come with the load that was to bring it.
    private mutating func loadMissed(_ name: String) {
        guard models[name]?.phase == .loading else { return }
        models[name]?.goAway()
        if models[name]?.waiting.isEmpty == false { queue.append(name) }
    }

    private mutating func fail(_ name: String, _ error: ServingError, _ now: Duration) {
        let count = (models[name]?.failure?.count ?? 0) + 1
        let backOff = min(settings.firstBackOff * (1 << min(count - 1, 16)), settings.longestBackOff)
        models[name]?.failure = .init(error: error, count: count, retryAt: now + backOff)
        refuseAll(name, .loadFailed(error))
        queue.removeAll { $0 == name }
    }

    mutating func answerAll(_ name: String) {
        for waiting in takeWaiting(name) { actions.append(.answer(waiting.request, model: name)) }
        queue.removeAll { $0 == name }
    }

    private mutating func refuseAll(_ name: String, _ refusal: Refusal) {
        for waiting in takeWaiting(name) { actions.append(.refuse(waiting.request, refusal)) }
    }

    private mutating func takeWaiting(_ name: String) -> [ResidentModel.Waiting] {
        let waiting = models[name]?.waiting ?? []
        models[name]?.waiting = []
        waitingCount -= waiting.count
        return waiting
    }

    static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, isOverflow) = left.addingReportingOverflow(right)
        return isOverflow ? .max : sum
    }
}
