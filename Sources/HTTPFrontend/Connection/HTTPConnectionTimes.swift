import NIOCore

/// The times in `HTTPLimits`, as the event loop counts them.
struct HTTPConnectionTimes: Sendable {
    let header: TimeAmount
    let bodyProgress: TimeAmount
    let idle: TimeAmount
    let writeStall: TimeAmount
    let linger: TimeAmount

    init(_ limits: HTTPLimits) {
        header = TimeAmount(limits.headerTimeout)
        bodyProgress = TimeAmount(limits.bodyProgressInterval)
        idle = TimeAmount(limits.idleTimeout)
        writeStall = TimeAmount(limits.writeStallTimeout)
        linger = TimeAmount(limits.closeLinger)
    }
}
