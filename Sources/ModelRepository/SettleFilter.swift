/// Decides when a change on disk may be acted on: once its stamps have been quiet for a while, so that half-copied
/// files are not loaded. A value without a clock: time is an argument.
public struct SettleFilter: Sendable {
    public typealias Fingerprint = [String: ModelStamps]

    private struct Pending {
        var fingerprint: Fingerprint
        var since: Duration
    }

    /// How long stamps must have been the same.
    public let settleTime: Duration
    private var taken: [String: Fingerprint] = [:]
    private var pending: [String: Pending] = [:]

    public init(settleTime: Duration) { self.settleTime = settleTime }

    /// Whether something has changed and is not yet quiet.
    public var isWaiting: Bool { !pending.isEmpty }

    /// What has changed and is not yet quiet.
    public var waitingNames: Set<String> { Set(pending.keys) }

    /// Records what was found as acted on, whether quiet or not.
    public mutating func take(_ fingerprints: [String: Fingerprint]) {
        taken = fingerprints
        pending = [:]
    }

    /// The names that changed, came or went, and have been quiet for the settle time; they count as acted on.
    public mutating func admit(_ fingerprints: [String: Fingerprint], now: Duration) -> Set<String> {
        var admitted: Set<String> = []
        for name in Set(fingerprints.keys).union(taken.keys).union(pending.keys) {
            let current = fingerprints[name] ?? [:]
            guard current != taken[name] ?? [:] else {
                pending[name] = nil
                continue
            }
            var entry = pending[name] ?? Pending(fingerprint: current, since: now)
            if entry.fingerprint != current { entry = Pending(fingerprint: current, since: now) }
            if now - entry.since >= settleTime {
                admitted.insert(name)
                pending[name] = nil
                taken[name] = current.isEmpty ? nil : current
            } else {
                pending[name] = entry
            }
        }
        return admitted
    }
}
