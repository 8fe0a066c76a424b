import HTTP2Codec

/// What a delegate heard, with everything copied; pieces of one body that follow each other are one event.
enum ServerEvent: Equatable {
    struct Field: Equatable {
        let name: String
        let value: String
    }

    case request(Int32, [Field], exceedsLimits: Bool)
    case data(Int32, [UInt8])
    case end(Int32)
    case closed(Int32, HTTP2ErrorCode)
    case ping
    case pingAcknowledgement(UInt64)
    case goAway(HTTP2ErrorCode)
    case failed(HTTP2ErrorCode)
}
