/// Counts events against an `HTTP2Rate`: full at first, one token an event, refilled with time.
struct HTTP2TokenBucket: Sendable {
    private let rate: HTTP2Rate
    private var tokens: Double
    private var filledAt: UInt64?

    init(_ rate: HTTP2Rate) {
        self.rate = rate
        tokens = Double(rate.burst)
    }

    /// Takes one token; false when there is none.
    mutating func take(at nanoseconds: UInt64) -> Bool {
        if let filledAt, nanoseconds > filledAt {
            earn(Double(nanoseconds - filledAt) * Double(rate.perSecond) / 1e9)
        }
        filledAt = max(nanoseconds, filledAt ?? 0)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    mutating func earn(_ count: Double) { tokens = min(tokens + count, Double(rate.burst)) }
}
