/// Decides what happens on a stream of requests: in which order responses leave, when the client has to wait with
/// further requests, and when the stream ends.
///
/// Responses of ordinary models leave in the order of their requests; those of decoupled models leave as they come.
struct StreamOrder<Message: Sendable>: Sendable {
    enum Action: Sendable {
        case send(Message)
        case finish(GRPCStatus)
        /// Nobody waits for the responses any more.
        case cancelRequests
        case pauseReceiving
        case resumeReceiving
    }

    /// A request that has been read.
    struct Ticket: Sendable, Hashable {
        /// The place among the requests whose responses are ordered.
        fileprivate let position: UInt64?
        fileprivate let byteCount: Int
    }

    private let isStrict: Bool
    private let maximumRequests: Int
    private let maximumRequestBytes: Int

    /// Requests that have been received and not answered to the end.
    private(set) var unfinishedCount = 0
    private var unfinishedBytes = 0
    private var nextPosition: UInt64 = 0
    private var firstUnsent: UInt64 = 0
    /// Answers that wait for earlier ones; `nil` for a request that has none to send.
    private var waiting: [UInt64: Message?] = [:]
    private var holds: StreamHold = []
    /// How the stream ends when all requests are answered; `nil` while the client may still send some.
    private var endStatus: GRPCStatus?
    private(set) var isEnded = false

    /// - Parameter isStrict: whether the first error ends the stream.
    init(isStrict: Bool, maximumRequests: Int, maximumRequestBytes: Int) {
        self.isStrict = isStrict
        self.maximumRequests = maximumRequests
        self.maximumRequestBytes = maximumRequestBytes
    }

    /// A message has come in. Either `refused` follows, or `opened` and what ends the request.
    mutating func received(byteCount: Int) -> [Action] {
        guard !isEnded else { return [] }
        unfinishedCount += 1
        unfinishedBytes += byteCount
        return isFull ? hold(.requests) : []
    }

    /// A message is a request, whose answers are ordered or not.
    mutating func opened(isOrdered: Bool, byteCount: Int) -> Ticket {
        guard isOrdered else { return Ticket(position: nil, byteCount: byteCount) }
        defer { nextPosition += 1 }
        return Ticket(position: nextPosition, byteCount: byteCount)
    }

    /// A message is no request: nothing behind it is read, and the stream ends with `status` after what came before. To
    /// be called for the messages behind it too.
    mutating func refused(_ status: GRPCStatus, byteCount: Int) -> [Action] {
        guard !isEnded else { return [] }
        if endStatus?.code ?? .ok == .ok { endStatus = status }
        return finished(byteCount)
    }

    /// One response of several.
    mutating func responded(_ message: Message) -> [Action] { isEnded ? [] : [.send(message)] }

    /// The last, or only, response; `nil` when nothing is to be sent.
    mutating func answered(_ ticket: Ticket, _ message: Message?) -> [Action] {
        guard !isEnded else { return [] }
        var actions: [Action] = []
        if let position = ticket.position {
            waiting[position] = .some(message)
            while let answer = waiting.removeValue(forKey: firstUnsent) {
                firstUnsent += 1
                if let answer { actions.append(.send(answer)) }
            }
        } else if let message {
            actions.append(.send(message))
        }
        return actions + finished(ticket.byteCount)
    }

    /// An error in place of the last response: `message` tells it unless the stream is strict.
    mutating func failed(_ ticket: Ticket, _ status: GRPCStatus, _ message: Message) -> [Action] {
        isStrict ? end(status) : answered(ticket, message)
    }

    /// An error in place of one response of several.
    mutating func failedResponse(_ status: GRPCStatus, _ message: Message) -> [Action] {
        isStrict ? end(status) : responded(message)
    }

    /// The client sends no more.
    mutating func halfClosed() -> [Action] {
        guard !isEnded else { return [] }
        if endStatus == nil { endStatus = .ok }
        return endIfDone()
    }

    /// Ends the stream at once.
    mutating func end(_ status: GRPCStatus) -> [Action] {
        guard !isEnded else { return [] }
        return [.finish(status)] + close()
    }

    /// The client has gone.
    mutating func cancelled() -> [Action] { isEnded ? [] : close() }

    mutating func hold(_ reason: StreamHold) -> [Action] {
        guard !isEnded else { return [] }
        holds.insert(reason)
        return [.pauseReceiving]
    }

    mutating func release(_ reason: StreamHold) -> [Action] {
        guard !isEnded, holds.remove(reason) != nil, holds.isEmpty else { return [] }
        return [.resumeReceiving]
    }

    private var isFull: Bool {
        unfinishedCount >= maximumRequests || unfinishedBytes >= maximumRequestBytes
    }

    private mutating func finished(_ byteCount: Int) -> [Action] {
        unfinishedCount -= 1
        unfinishedBytes -= byteCount
        return (isFull ? [] : release(.requests)) + endIfDone()
    }

    private mutating func endIfDone() -> [Action] {
        guard let endStatus, unfinishedCount == 0 else { return [] }
        isEnded = true
        return [.finish(endStatus)]
    }

    private mutating func close() -> [Action] {
        isEnded = true
        waiting = [:]
        return [.cancelRequests]
    }
}
