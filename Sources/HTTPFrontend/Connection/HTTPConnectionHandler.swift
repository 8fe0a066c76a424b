import InferenceTypes
import NIOCore
import ServerTransport

/// One connection: reads requests, has them answered one after the other, writes the responses in order.
///
/// While a request is being answered at most what one read brought of the next ones is kept, and the socket is not read
/// further. Runs on the event loop of its channel only.
final class HTTPConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests, or in the head of one.
        case head
        case body(HTTPAdmission)
        /// The exchange of this number is at the application.
        case answering(exchange: UInt64, CancellationFlag)
        /// A part of the response waits until the client reads.
        case writing
        /// Parts of the response come and go.
        case streaming(HTTPResponseStream)
        /// The last response is written; what still comes is thrown away until the client closes.
        case lingering
        case closed
    }

    let limits: HTTPLimits
    let times: HTTPConnectionTimes
    private let application: any HTTPApplication
    private let openExchanges: OpenExchanges
    private var parser: HTTPRequestParser
    var phase = Phase.head
    private(set) var context: ChannelHandlerContext?

    private var pending = ByteBuffer()
    private var isProcessing = false
    private var isReadHeld = false

    private var body = RequestBodyBuffer(expectedCount: nil, alignedOffset: 0)
    /// What a large body takes of the budget.
    private var bodyShare: BodyShare?
    private var bodyByteCount = 0
    var bodyBytesInInterval = 0
    private let budget: BodyBudget
    private let receiver: DirectReceiver?

    var responseContext = HTTPResponseEncoder.Context()
    var responseBody: HTTPResponseBody?
    /// Memory for the next response, when the channel is done with the last.
    var outgoing = ByteBuffer()
    var headBytes: [UInt8] = []
    var isWritingNow = false
    var turn = ConnectionTurn()
    let turnQueue: TurnQueue
    private let mailbox: LoopMailbox
    private let wakes: WakeBatch
    private var isDraining = false
    private var isEndAnnounced = false
    private var exchangeCount: UInt64 = 0
    var deadline = ConnectionDeadline()
    /// What the client had not taken when the deadline was set.
    var unwrittenBefore = 0
    /// Whether the deadline is that of a head.
    var isHeadExpected = false

    /// - Parameters:
    ///   - turnQueue: That of the event loop, as `mailbox` and `wakes` are.
    ///   - receiver: What tells the channel where to read to; `nil` if its reads do not bring what clients send.
    init(
        application: any HTTPApplication, limits: HTTPLimits, turnQueue: TurnQueue, mailbox: LoopMailbox,
        wakes: WakeBatch, budget: BodyBudget, receiver: DirectReceiver? = nil,
        openExchanges: OpenExchanges = OpenExchanges()
    ) {
        self.application = application
        self.turnQueue = turnQueue
        self.mailbox = mailbox
        self.wakes = wakes
        self.budget = budget
        self.receiver = receiver
        self.openExchanges = openExchanges
        self.limits = limits
        times = HTTPConnectionTimes(limits)
        parser = HTTPRequestParser(
            maximumHeaderBytes: limits.maximumHeaderBytes, maximumHeaderCount: limits.maximumHeaderCount)
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { expect(within: times.idle, context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        expect(within: times.idle, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch phase {
        case .answering(_, let cancellation): cancellation.cancel()
        case .streaming(let stream): stream.cutOff()
        case .head, .body, .writing, .lingering, .closed: break
        }
        phase = .closed
        deadline.cancel()
        responseBody = nil
        pending = ByteBuffer()
        dropBody()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client reset the connection, or the like: there is nobody left to tell.
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ConnectionEndAnnouncement { isEndAnnounced = true }
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        isDraining = true
        if case .head = phase, parser.isBetweenRequests, pending.readableBytes == 0 { closeIdle(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        switch phase {
        case .lingering, .closed: return
        case .head, .body, .answering, .writing, .streaming: break
        }
        turn.begin()
        if !takeInPlace(bytes, context) {
            if pending.readableBytes == 0 {
                pending = bytes
            } else {
                pending.writeBuffer(&bytes)
            }
        }
        process(context)
    }

    func read(context: ChannelHandlerContext) {
        if mustHoldReads {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            switch phase {
            case .writing:
                turn.begin()
                continueWriting(context)
                process(context)
            case .streaming:
                continueStreaming(context)
                process(context)
            case .head, .body, .answering, .lingering, .closed: break
            }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Input

    /// Feeds what was received to the parser until a request has to be answered first.
    func process(_ context: ChannelHandlerContext) {
        guard !isProcessing else { return }
        isProcessing = true
        defer {
            isProcessing = false
            aimReceiver()
        }
        while acceptsInput, pending.readableBytes > 0 || parser.hasEventWithoutInput {
            var input = pending
            pending = ByteBuffer()
            let used = input.withUnsafeReadableBytes { feed($0, context) }
            input.moveReaderIndex(forwardBy: used)
            if input.readableBytes > 0 {
                input.writeBuffer(&pending)
                pending = input
            }
        }
        if isDraining, case .head = phase, parser.isBetweenRequests, pending.readableBytes == 0 {
            return closeIdle(context)
        }
        if case .head = phase, turn.isSpent, pending.readableBytes > 0 { letOthersRun(context) }
        if isReadHeld, !mustHoldReads {
            isReadHeld = false
            context.read()
        }
    }

    /// Whether enough is kept of the requests that have to wait.
    private var mustHoldReads: Bool {
        switch phase {
        case .answering, .writing, .streaming: pending.readableBytes > 0
        case .head: turn.isSpent && pending.readableBytes > 0
        case .body, .lingering, .closed: false
        }
    }

    private var acceptsInput: Bool {
        switch phase {
        case .head: !turn.isSpent
        case .body: true
        case .answering, .writing, .streaming, .lingering, .closed: false
        }
    }

    private func feed(_ input: UnsafeRawBufferPointer, _ context: ChannelHandlerContext) -> Int {
        var offset = 0
        while acceptsInput {
            switch parser.next(input, at: &offset) {
            case .needsMore:
                if case .head = phase, !parser.isBetweenRequests { expectHead(context) }
                return offset
            case .head(let head): begin(head, context)
            case .body(let piece): receive(UnsafeRawBufferPointer(rebasing: input[piece]), context)
            case .end: finishRequest(context)
            case .failure(let error): refuse(error, context)
            }
        }
        return offset
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        responseContext = HTTPResponseEncoder.Context(
            minorVersion: head.minorVersion, isHead: head.method == .head, keepsAlive: head.keepsAlive)
        let admission = application.admit(head)
        var claim: Int?
        if case .length(let length) = head.framing {
            guard length <= admission.body.limit else {
                return refuse(Self.tooLarge("\(length) bytes", limit: admission.body.limit), context)
            }
            claim = length
        }
        phase = .body(admission)
        if head.expectsContinue, claim != 0, head.framing != .none {
            if admission.isRefusal {
                responseContext.keepsAlive = false
                return finishRequest(context)
            }
            var buffer = context.channel.allocator.buffer(capacity: 32)
            buffer.writeStaticString(HTTPResponseEncoder.continueLine)
            context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
        }
        bodyByteCount = 0
        bodyBytesInInterval = 0
        if case .collect(_, let alignedOffset) = admission.body {
            body = RequestBodyBuffer(expectedCount: claim, alignedOffset: alignedOffset)
        }
        bodyShare = nil
        if head.framing != .none { expect(within: times.bodyProgress, context) }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, _ context: ChannelHandlerContext) {
        guard case .body(let admission) = phase, countBody(bytes.count, admission, context),
            case .collect = admission.body
        else { return }
        body.append(bytes)
        if body.isOutOfMemory { refuse(Self.noMemory, context) }
    }

    /// Takes bytes that the socket has read into the body itself; `false` if they lie elsewhere.
    private func takeInPlace(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
        let count = bytes.readableBytes
        guard receiver != nil, pending.readableBytes == 0, case .body(let admission) = phase,
            let missing = parser.missingBodyBytes, count <= missing,
            bytes.withUnsafeReadableBytes({ body.isInPlace($0) })
        else { return false }
        parser.skipBody(count)
        body.didReceive(count)
        _ = countBody(count, admission, context)
        return true
    }

    /// Returns `false` if these bytes are too many; the request is refused then.
    private func countBody(_ count: Int, _ admission: HTTPAdmission, _ context: ChannelHandlerContext) -> Bool {
        bodyByteCount += count
        bodyBytesInInterval += count
        guard bodyByteCount <= admission.body.limit else {
            refuse(Self.tooLarge("more than that", limit: admission.body.limit), context)
            return false
        }
        guard bodyByteCount > BodyBudget.uncounted, case .collect = admission.body else { return true }
        let (share, more) = bodyShare.map { ($0, count) } ?? (BodyShare(of: budget), bodyByteCount)
        bodyShare = share
        guard share.grow(by: more) else {
            refuse(Self.overBudget, context)
            return false
        }
        return true
    }

    /// Has the socket read on into the body that is being received, or into a buffer of its own.
    private func aimReceiver() {
        guard let receiver else { return }
        guard case .body(let admission) = phase else { return receiver.aimAtSmallBuffer() }
        guard case .collect = admission.body, let missing = parser.missingBodyBytes else {
            return receiver.aimAtLargeBuffer()
        }
        guard missing >= DirectReceiver.smallestAim, let (memory, owner) = body.unfilled(limit: missing) else {
            return receiver.aimAtSmallBuffer()
        }
        receiver.aim(at: memory, of: owner)
    }

    /// The body received so far has another owner from here on, or none.
    private func dropBody() {
        receiver?.aimAtSmallBuffer()
        body = RequestBodyBuffer(expectedCount: nil, alignedOffset: 0)
        bodyShare = nil
    }

    private func finishRequest(_ context: ChannelHandlerContext) {
        guard case .body(let admission) = phase else { return }
        let received = bodyShare?.cover(body.finish()) ?? body.finish()
        dropBody()
        deadline.clear()
        exchangeCount += 1
        turn.countExchange()
        let exchange = HTTPExchange(
            exchangeCount, connection: self, eventLoop: context.eventLoop, mailbox: mailbox, wakes: wakes,
            openExchanges: openExchanges)
        phase = .answering(exchange: exchangeCount, exchange.cancellation)
        admission.answer(received, exchange)
    }

    private static func tooLarge(_ size: String, limit: Int) -> HTTPRequestError {
        HTTPRequestError(.payloadTooLarge, "the request body may have \(limit) bytes for this path, and has \(size)")
    }

    private static let noMemory = HTTPRequestError(
        .serviceUnavailable, RequestBodyBuffer.outOfMemory)

    private static let overBudget = HTTPRequestError(.serviceUnavailable, BodyBudget.refusal)

    // MARK: Output

    /// Answers what cannot be served and ends the connection.
    func refuse(_ error: HTTPRequestError, _ context: ChannelHandlerContext) {
        responseContext.keepsAlive = false
        dropBody()
        write(.failure(error.status, error.message), context)
    }

    /// An announced end waits for the requests that the client has sent without waiting for answers.
    private var isLastResponse: Bool { isDraining || isEndAnnounced && pending.readableBytes == 0 }

    /// Takes the response of an exchange; ignored when the connection has gone on without it.
    func complete(exchange: UInt64, _ response: HTTPResponse) {
        guard case .answering(let current, _) = phase, current == exchange, let context else { return }
        if isLastResponse { responseContext.keepsAlive = false }
        write(response, context)
        process(context)
    }

    /// Takes the head of a streamed response of an exchange; the client may have gone meanwhile.
    func begin(_ stream: HTTPResponseStream, exchange: UInt64, _ head: HTTPResponse) {
        guard case .answering(let current, _) = phase, current == exchange, let context else { return stream.cutOff() }
        if isLastResponse { responseContext.keepsAlive = false }
        begin(stream, head, context)
        process(context)
    }

    /// A streamed response has more to write.
    func goOn(with stream: HTTPResponseStream) {
        guard case .streaming(let current) = phase, current === stream, let context else { return }
        continueStreaming(context)
        process(context)
    }

    /// The response is handed to the channel completely.
    func finishResponse(_ context: ChannelHandlerContext) {
        responseBody = nil
        if responseContext.keepsAlive {
            responseContext = HTTPResponseEncoder.Context()
            phase = .head
            expect(within: times.idle, context)
        } else {
            linger(context)
        }
    }
}
