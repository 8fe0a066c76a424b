/// How long an idle instance should look for work before it sleeps.
///
/// Waking a sleeping thread costs tens of microseconds, spinning costs a core. So the time spent spinning follows the
/// waits that were seen: it grows while work comes soon after the last, and goes to nothing while it does not.
public struct AdaptiveSpin: Sendable {
    /// The longest time worth spinning, about what one wake-up costs.
    public let maximum: Duration
    /// How long to spin next time.
    public private(set) var budget: Duration

    /// `maximum` of zero never spins: right where another thread needs the core to make progress.
    public init(maximum: Duration) {
        self.maximum = max(maximum, .zero)
        budget = max(maximum, .zero) / 4
    }

    /// Tells how long the instance waited until there was work.
    public mutating func record(waited: Duration) {
        if waited <= maximum {
            budget = min(max(budget, maximum / 8) * 2, maximum)
        } else {
            budget = budget / 2
            if budget < maximum / 16 { budget = .zero }
        }
    }
}
