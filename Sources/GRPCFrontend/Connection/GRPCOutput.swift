/// What the handler of a call asks for, in order.
enum GRPCOutput: Sendable {
    case message(GRPCMessage)
    case finish(GRPCStatus)
    /// One message and the end.
    case last(GRPCMessage)
    case whenPending(below: Int, @Sendable () -> Void)
    case pause
    case resume

    /// What the message in it takes on the wire, uncompressed.
    var byteCount: Int {
        switch self {
        case .message(let message), .last(let message): message.byteCount + GRPCMessageReader.prefixByteCount
        case .finish, .whenPending, .pause, .resume: 0
        }
    }
}
