package import HTTP2Codec

/// What one client may take. Every limit has a default that suits a server on an open network.
package struct GRPCLimits: Sendable, Hashable {
    /// Connections at one time; one more is closed at once, and its client tries again after a while.
    package var maximumConnections = 10_000
    /// Bytes of a message as it is sent.
    package var maximumMessageBytes = Int(Int32.max)
    /// Bytes that a compressed message may inflate to.
    package var maximumInflatedBytes = 256 * 1024 * 1024
    /// Bytes of calls of one connection that do not read, and for which it is read on all the same, so that its other
    /// calls need not wait for them.
    package var maximumHeldBytes = 64 * 1024 * 1024
    /// Streams, header fields, and how often frames may come that cost a client little.
    package var http2 = HTTP2Limits()
    /// What an inference call may take.
    package var inference = InferCallLimits()
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
}
