/// What the server announces at the start of a connection, beside `HTTP2Limits`.
package struct HTTP2Settings: Sendable, Hashable {
    /// The largest frame accepted, in bytes of payload; 16384 ..< 2^24 (RFC 9113).
    package var maximumFrameSize = 1 << 20
    /// Bytes that a client may send on one stream before the server has consumed them.
    package var streamWindow = 8 << 20
    /// Bytes that a client may send on all streams together before the server has consumed them.
    package var connectionWindow = 16 << 20

    package init() {}
}
