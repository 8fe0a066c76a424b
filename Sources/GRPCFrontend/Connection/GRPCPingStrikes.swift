import NIOCore

/// Judges how often a client pings, by the rules of gRPC's C core.
///
/// A ping that comes sooner after the one before than allowed is a strike. What the server sends (messages, headers)
/// forgives all strikes, so that a client may measure its bandwidth.
struct GRPCPingStrikes {
    /// Of a connection without calls, unless pings are permitted without calls.
    static let idleInterval = TimeAmount.hours(2)

    private let minimumInterval: TimeAmount
    private let maximumStrikes: Int
    private let permitsWithoutCalls: Bool
    private var lastPing: NIODeadline?
    private var strikes = 0

    /// `maximumStrikes` of 0 allows any number.
    init(minimumInterval: TimeAmount, maximumStrikes: Int, permitsWithoutCalls: Bool) {
        self.minimumInterval = minimumInterval
        self.maximumStrikes = maximumStrikes
        self.permitsWithoutCalls = permitsWithoutCalls
    }

    mutating func forgive() {
        lastPing = nil
        strikes = 0
    }

    /// Whether the client has pinged too often by now.
    mutating func received(at now: NIODeadline, hasCalls: Bool) -> Bool {
        let interval = hasCalls || permitsWithoutCalls ? minimumInterval : Self.idleInterval
        defer { lastPing = now }
        guard let lastPing, lastPing + interval > now else { return false }
        strikes += 1
        return maximumStrikes > 0 && strikes > maximumStrikes
    }
}
