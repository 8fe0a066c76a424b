/// What one HTTP/2 client may do. Every limit has a default that suits a server on an open network.
package struct HTTP2Limits: Sendable, Hashable {
    /// Streams that a client may have open at one time.
    package var maximumStreams = 1024

    package init() {}
}
