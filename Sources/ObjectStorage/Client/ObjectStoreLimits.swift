/// What a store may take of this server.
public struct ObjectStoreLimits: Sendable, Hashable {
    /// Objects of one repository.
    public var maximumObjects = 100_000
    /// Bytes of one repository.
    public var maximumBytes = 1 << 40
    /// Requests to stores at one time.
    public var parallelRequests = 8
    /// How long a store may take to accept a connection, and to send the next byte.
    public var timeout = Duration.seconds(30)
    /// How often a request is tried again that failed without bringing a byte.
    public var retryCount = 4
    /// Bytes of the cache, beside what is in use.
    public var cacheBytes = 100 << 30
    /// Larger objects are fetched in parts of this size, several at one time.
    var partBytes: Int64 = 64 << 20

    public init() {}
}
