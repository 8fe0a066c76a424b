import InferenceTypes

/// What the residency policy knows of one model.
struct ResidentModel: Sendable {
    enum Phase: Sendable {
        /// Not in memory.
        case absent
        /// It is being found out what its load would take.
        case surveying
        /// Waits until there is room for it.
        case queued
        case loading
        case resident
        /// Gets no further requests; is unloaded once those that it has are answered.
        case draining
        /// Out of service; its memory is not back yet.
        case leaving
    }

    struct Waiting: Sendable {
        var request: ResidencyPolicy.Request
        var deadline: Duration
    }

    struct Failure: Sendable {
        var error: ServingError
        var count: Int
        /// Until then requests hear the error and no load is tried.
        var retryAt: Duration
    }

    var phase = Phase.absent
    /// Whether a version loads, or is in memory.
    var isInMemory = false
    /// What it takes, measured or estimated.
    var bytes = 0
    /// Of the versions that it would load, as last looked at.
    var fileBytes: Int?
    /// What was measured when its files had that size.
    var measured: (fileBytes: Int, bytes: Int)?
    /// Everything that it is composed of, at any depth.
    var parts: [String] = []
    /// The model whose load brings this one along.
    var loadedFor: String?
    var waiting: [Waiting] = []
    var residentSince = Duration.zero
    /// Never leaves to make room.
    var isPinned = false
    /// Could not come back as it is.
    var isHeld = false
    /// Whether no further requests get it for sure.
    var isWithdrawn = false
    var failure: Failure?

    /// What its load is expected to take.
    var estimate: Int {
        guard let fileBytes else { return bytes }
        if let measured, measured.fileBytes == fileBytes { return measured.bytes }
        return fileBytes
    }

    var isAway: Bool { phase == .absent || phase == .surveying || phase == .queued }

    /// Whether it serves, or will as soon as it has loaded.
    var isLive: Bool { phase == .loading || phase == .resident || phase == .draining }

    /// What counts against the budget.
    var charge: Int { !isAway || isInMemory ? bytes : 0 }

    mutating func goAway() {
        phase = isInMemory ? .leaving : .absent
        isWithdrawn = false
        loadedFor = nil
    }
}
