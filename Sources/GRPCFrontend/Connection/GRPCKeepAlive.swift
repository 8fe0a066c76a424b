import NIOCore

/// Decides when the server pings a client that is silent, and when it gives the client up.
struct GRPCKeepAlive {
    enum Action: Hashable {
        /// Look again at this moment.
        case wait(NIODeadline)
        /// Send a ping; look again at this moment.
        case ping(NIODeadline)
        /// The client has not answered.
        case close
    }

    private let time: TimeAmount
    private let timeout: TimeAmount
    private let permitsWithoutCalls: Bool
    /// 0 is no limit.
    private let maximumPingsWithoutData: Int
    private var lastRead: NIODeadline
    private var pingSent: NIODeadline?
    private var pingsWithoutData = 0

    init(_ settings: GRPCKeepAliveSettings, now: NIODeadline) {
        time = TimeAmount(settings.time)
        timeout = TimeAmount(settings.timeout)
        permitsWithoutCalls = settings.permitsWithoutCalls
        maximumPingsWithoutData = settings.maximumPingsWithoutData
        lastRead = now
    }

    /// When to look first.
    var firstLook: NIODeadline { lastRead + time }

    /// The client has sent anything at all.
    mutating func received(at now: NIODeadline) {
        lastRead = now
        pingSent = nil
    }

    /// The server has sent headers or messages.
    mutating func sentData() { pingsWithoutData = 0 }

    mutating func look(at now: NIODeadline, hasCalls: Bool) -> Action {
        if let pingSent {
            let end = pingSent + timeout
            return end <= now ? .close : .wait(end)
        }
        let due = lastRead + time
        guard due <= now else { return .wait(due) }
        guard hasCalls || permitsWithoutCalls else { return .wait(now + time) }
        guard maximumPingsWithoutData == 0 || pingsWithoutData < maximumPingsWithoutData else {
            return .wait(now + time)
        }
        pingsWithoutData += 1
        pingSent = now
        return .ping(now + timeout)
    }
}
