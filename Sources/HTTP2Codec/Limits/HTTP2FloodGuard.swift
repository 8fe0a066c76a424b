internal import CNghttp2

/// Decides from the heads of a client's frames whether it does more than well-behaved clients do.
///
/// A value without clock or connection: frames and times in, at most one reason to end the connection out.
struct HTTP2FloodGuard: Sendable {
    private let limits: HTTP2Limits
    private var resets: HTTP2TokenBucket
    private var pings: HTTP2TokenBucket
    private var settings: HTTP2TokenBucket
    private var priorities: HTTP2TokenBucket
    private var windowUpdates: HTTP2TokenBucket
    private var emptyFrames: HTTP2TokenBucket

    /// Whether DATA has come or gone since the last PING: a client that measures its bandwidth pings along with it.
    private var hasDataFlowed = false
    private var continuations = 0
    private var blockByteCount = 0

    init(_ limits: HTTP2Limits) {
        self.limits = limits
        resets = HTTP2TokenBucket(limits.resets)
        pings = HTTP2TokenBucket(limits.pings)
        settings = HTTP2TokenBucket(limits.settings)
        priorities = HTTP2TokenBucket(limits.priorities)
        windowUpdates = HTTP2TokenBucket(limits.windowUpdates)
        emptyFrames = HTTP2TokenBucket(limits.emptyFrames)
    }

    /// A frame other than DATA begins.
    mutating func begin(_ head: nghttp2_frame_hd, at now: UInt64) -> HTTP2ConnectionError? {
        switch UInt32(head.type) {
        case NGHTTP2_HEADERS.rawValue:
            (continuations, blockByteCount) = (0, head.length)
            priorities.earn(4)
            windowUpdates.earn(4)
        case NGHTTP2_CONTINUATION.rawValue:
            continuations += 1
            blockByteCount += head.length
            guard continuations <= limits.continuationFrames else {
                return Self.calm("more than \(limits.continuationFrames) CONTINUATION frames for one request")
            }
        case NGHTTP2_RST_STREAM.rawValue: return Self.take(&resets, limits.resets, "RST_STREAM frames", now)
        case NGHTTP2_PING.rawValue:
            defer { hasDataFlowed = false }
            return hasDataFlowed ? nil : Self.take(&pings, limits.pings, "PING frames without data", now)
        case NGHTTP2_SETTINGS.rawValue: return Self.take(&settings, limits.settings, "SETTINGS frames", now)
        case NGHTTP2_WINDOW_UPDATE.rawValue:
            return Self.take(&windowUpdates, limits.windowUpdates, "WINDOW_UPDATE frames", now)
        case NGHTTP2_PRIORITY.rawValue: return Self.take(&priorities, limits.priorities, "PRIORITY frames", now)
        default: return Self.take(&priorities, limits.priorities, "frames of type \(head.type)", now)
        }
        // Compression makes a block smaller: one that is larger than this before decompression is no mistake.
        let blockLimit = limits.headerListByteCount.multipliedReportingOverflow(by: 4)
        guard blockLimit.overflow || blockByteCount <= blockLimit.partialValue else {
            return Self.calm("a header block of more than \(blockLimit.partialValue) bytes")
        }
        return nil
    }

    mutating func receivedData(_ byteCount: Int, isEnd: Bool, at now: UInt64) -> HTTP2ConnectionError? {
        if byteCount > 0 {
            hasDataFlowed = true
            return nil
        }
        return isEnd ? nil : Self.take(&emptyFrames, limits.emptyFrames, "DATA frames without data", now)
    }

    mutating func sentData() {
        hasDataFlowed = true
        // gRPC's C core opens the windows of the stream and of the connection several times for one message.
        windowUpdates.earn(10)
    }

    /// A request has been answered whole.
    mutating func answered() { resets.earn(1) }

    /// The server had to reset a stream because of what the client sent on it.
    mutating func resetStream(at now: UInt64) -> HTTP2ConnectionError? {
        Self.take(&resets, limits.resets, "frames that break the rules of their stream", now)
    }

    private static func take(
        _ bucket: inout HTTP2TokenBucket, _ rate: HTTP2Rate, _ what: @autoclosure () -> String, _ now: UInt64
    ) -> HTTP2ConnectionError? {
        if bucket.take(at: now) { return nil }
        return calm("too many \(what()): more than \(rate.burst) at once and \(rate.perSecond) a second")
    }

    private static func calm(_ what: String) -> HTTP2ConnectionError {
        HTTP2ConnectionError(.enhanceYourCalm, "the client sent \(what)")
    }
}
