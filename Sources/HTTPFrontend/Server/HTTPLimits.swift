public import ServingProtocol

/// What one client may take. Every limit has a default that suits a server on an open network.
public struct HTTPLimits: Sendable, Hashable {
    /// Connections at one time; one more is answered with 503 and closed.
    public var maximumConnections = 10_000
    /// Bytes of a request line and its header fields together.
    public var maximumHeaderBytes = 64 * 1024
    public var maximumHeaderCount = 200
    /// Bytes of the body of any request but inference.
    public var maximumBodyBytes = 64 * 1024 * 1024
    /// Bytes of the body of an inference request, JSON and tensor data together.
    public var maximumInferenceBodyBytes = Int(Int32.max)
    /// Bytes of the JSON part of a request.
    public var maximumJSONBytes = 64 * 1024 * 1024
    /// Bytes that a compressed request body may inflate to.
    public var maximumInflatedBytes = 64 * 1024 * 1024
    /// Bytes of a streamed response that may wait for its client, which is cut off when there are more.
    public var maximumPendingStreamBytes = 16 * 1024 * 1024
    /// What one inference request may name.
    public var request = RequestLimits()
    /// From the first byte of a request to the end of its header fields.
    public var headerTimeout = Duration.seconds(10)
    /// While a body is being received, `minimumBodyBytesPerInterval` must arrive in every interval of this length.
    public var bodyProgressInterval = Duration.seconds(20)
    public var minimumBodyBytesPerInterval = 1024
    /// How long a connection may stay open without a request.
    public var idleTimeout = Duration.seconds(75)
    /// How long a client may take none of a response that waits for it.
    public var writeStallTimeout = Duration.seconds(60)
    /// How long what a client still sends is read and thrown away after the last response, so that it gets to see it.
    public var closeLinger = Duration.seconds(2)

    public init() {}
}
