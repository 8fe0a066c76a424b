import HTTP2Codec

/// What one client may take. Every limit has a default that suits a server on an open network.
package struct GRPCLimits: Sendable, Hashable {
    /// Connections at one time; one more is closed at once, and its client tries again after a while.
    package var maximumConnections = 10_000
    /// Bytes of a message as it is sent.
    package var maximumMessageBytes = Int(Int32.max)
    /// Bytes that a compressed message may inflate to.
    package var maximumInflatedBytes = 256 * 1024 * 1024
    /// Calls of one connection at one time; more are refused, as clients may retry them.
    package var maximumConcurrentCalls = HTTP2Limits().maximumStreams
    /// Bytes of the header fields of a call.
    package var maximumHeaderBytes = HTTP2Limits().headerListByteCount
    package var maximumHeaderCount = HTTP2Limits().headerFieldCount
    /// From the opening of a connection to the client's settings, which every HTTP/2 client sends first.
    package var handshakeTimeout = Duration.seconds(10)
    /// How long a connection may stay open without a call.
    package var idleTimeout = Duration.seconds(1800)
    /// While a message is expected or on its way, `minimumMessageBytesPerInterval` must arrive in every interval of this
    /// length, unless it is the server that does not read.
    package var messageProgressInterval = Duration.seconds(20)
    package var minimumMessageBytesPerInterval = 1024
    /// How long a client may take none of an answer that waits for it.
    package var writeStallTimeout = Duration.seconds(60)
    /// How long what a client still sends is read and thrown away at the end, so that it gets to see the last answer.
    package var closeLinger = Duration.seconds(2)

    package init() {}

    /// With the codec's own defaults for floods of frames.
    var http2: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.maximumStreams = maximumConcurrentCalls
        limits.headerListByteCount = maximumHeaderBytes
        limits.headerFieldCount = maximumHeaderCount
        return limits
    }
}
