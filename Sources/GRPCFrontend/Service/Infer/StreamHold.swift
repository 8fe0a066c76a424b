/// Why no further requests of a stream are read.
struct StreamHold: OptionSet, Sendable {
    let rawValue: UInt8

    /// Too many requests wait for their responses, or too large ones.
    static let requests = StreamHold(rawValue: 1)
    /// A request is being decoded on another thread.
    static let decoding = StreamHold(rawValue: 2)
    /// The client does not read its responses.
    static let unreadResponses = StreamHold(rawValue: 4)
    /// The model of a request has to load first.
    static let loading = StreamHold(rawValue: 8)
}
