/// What one HTTP/2 client may do. Every limit has a default that suits a server on an open network.
///
/// A client over one of the rates has its connection ended with GOAWAY ENHANCE_YOUR_CALM; see `HTTP2ConnectionError`.
package struct HTTP2Limits: Sendable, Hashable {
    /// Streams that a client may have open at one time; more are refused (REFUSED_STREAM), as the client may retry them.
    package var maximumStreams = 1024

    /// Bytes of one request's header fields after decompression, counted as RFC 9113 does (name + value + 32 each).
    /// A request over it is handed on marked, and can be answered; see `HTTP2HeaderBlock.exceedsLimits`.
    package var headerListByteCount = 64 << 10
    /// Header fields of one request; over it as for `headerListByteCount`.
    package var headerFieldCount = 256
    /// CONTINUATION frames after one HEADERS frame.
    package var continuationFrames = 8

    /// Streams that the client resets, or that are reset because of what it sent. Each answered request adds one.
    package var resets = HTTP2Rate(burst: 500, perSecond: 50)
    /// PING frames that come without any data flowing: a client that measures its bandwidth pings while it does.
    package var pings = HTTP2Rate(burst: 100, perSecond: 5)
    package var settings = HTTP2Rate(burst: 100, perSecond: 5)
    /// PRIORITY and GOAWAY frames, and others that ask for nothing. Each request adds four.
    package var priorities = HTTP2Rate(burst: 200, perSecond: 10)
    /// WINDOW_UPDATE frames. Each request adds four, and each DATA frame sent ten, as in Envoy.
    package var windowUpdates = HTTP2Rate(burst: 1000, perSecond: 100)
    /// DATA frames without data that do not end their stream.
    package var emptyFrames = HTTP2Rate(burst: 100, perSecond: 10)
    /// Frames that wait because the client does not read: acknowledgements, resets and window updates.
    package var queuedControlFrames = 1000

    package init() {}
}
