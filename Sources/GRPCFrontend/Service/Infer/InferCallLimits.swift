package import ServingProtocol

/// What one inference call may take.
package struct InferCallLimits: Sendable, Hashable {
    package var request = RequestLimits()
    /// Bytes of a tensor in typed fields, which may be eight times as long as its message.
    package var maximumTypedBytes = Int(Int32.max)
    /// Requests of one stream that wait for their responses; further ones are not read until one of them is answered.
    package var maximumStreamRequests = 1024
    /// Bytes of the requests of one stream that wait for their responses; beyond, too, no further ones are read.
    package var maximumStreamRequestBytes = 256 * 1024 * 1024
    /// Bytes of responses that wait for the client of a stream; while there are more, no requests are read from it.
    package var maximumUnreadBytes = 64 * 1024 * 1024

    package init() {}
}
