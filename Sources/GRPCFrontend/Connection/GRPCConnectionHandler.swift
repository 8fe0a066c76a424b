import HTTP2Codec
import InferenceTypes
import Logging
import NIOCore
import ServerTransport

/// One connection: has its session read what arrives, and writes what the session gives. Runs on the event loop of its
/// channel only.
final class GRPCConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case open
        /// Everything is written; what still comes is thrown away until the client closes.
        case lingering
        case closed
    }

    /// So much is read before the other connections of the loop are considered.
    private static let sliceByteCount = 32 * 1024
    private static let writeBudget = 256 * 1024

    let service: GRPCConnectionService
    let session: HTTP2ServerSession
    let eventLoop: any EventLoop
    let mailbox: LoopMailbox
    let wakes: WakeBatch
    let turnQueue: TurnQueue
    var phase = Phase.open
    private(set) var context: ChannelHandlerContext?

    private var pending = ByteBuffer()
    private var isReading = false
    private var isReadHeld = false
    var turn = ConnectionTurn(maximumExchanges: 256)
    /// The time of the last event.
    var now: NIODeadline

    private let output: GRPCOutputBuffers
    private var isWriting = false
    private var isWriteScheduled = false
    private var hasSubmitted = false
    private var writers: [GRPCStream] = []
    /// Empty but while `settleWriters` runs.
    private var settlingWriters: [GRPCStream] = []

    /// The calls that are open.
    private(set) var calls: [GRPCStream] = []
    /// What the header fields of the last call said: most calls of a connection say the same.
    private(set) var lastCall: (fields: HTTP2HeaderCopy, head: GRPCCallHead, metadata: GRPCMetadataBytes)?
    private var lastMetadata: GRPCMetadataBytes?

    var alarms = GRPCConnectionAlarms()
    var keepAlive: GRPCKeepAlive
    var strikes: GRPCPingStrikes
    var lastCallEnd: NIODeadline
    /// No further calls are taken.
    var isDraining = false
    /// Further calls that the client makes before it has heard of it are taken, and told.
    private var isServerStopping = false
    /// The client has had the time to hear of it.
    var isDrainNoticeOver = false
    var hasEndedSession = false
    var hasBeenCutOff = false
    var unwrittenAtLook = 0
    var headerBlocksAtLook = 0
    var hasReceivedSinceLook = false
    /// Bytes of calls that do not read, for which the connection's window was opened again all the same.
    var heldByteCount = 0

    /// On the event loop. Throws when memory is short.
    init(
        service: GRPCConnectionService, settings: HTTP2Settings = HTTP2Settings(), eventLoop: any EventLoop,
        mailbox: LoopMailbox, wakes: WakeBatch, turnQueue: TurnQueue
    ) throws(HTTP2ConnectionError) {
        self.service = service
        session = try HTTP2ServerSession(limits: service.limits.http2, settings: settings)
        self.eventLoop = eventLoop
        self.mailbox = mailbox
        self.wakes = wakes
        self.turnQueue = turnQueue
        output = GRPCOutputBuffers(ByteBufferAllocator())
        now = eventLoop.now
        lastCallEnd = now
        keepAlive = GRPCKeepAlive(service.keepAlive, now: now)
        strikes = GRPCPingStrikes(
            minimumInterval: TimeAmount(service.keepAlive.minimumPingInterval),
            maximumStrikes: service.keepAlive.maximumPingStrikes,
            permitsWithoutCalls: service.keepAlive.permitsWithoutCalls)
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { opened() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        opened()
        context.fireChannelActive()
    }

    private func opened() {
        now = eventLoop.now
        setFirstAlarms()
        write()
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closed
        alarms.cancel()
        pending = ByteBuffer()
        session.close(.cancel, self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client reset the connection, or the like: there is nobody left to tell.
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        now = eventLoop.now
        isServerStopping = true
        drain()
        for call in calls { call.handler?.serverStops() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = phase else { return }
        var bytes = Self.unwrapInboundIn(data)
        turn.begin()
        now = eventLoop.now
        hasReceivedSinceLook = true
        keepAlive.received(at: now)
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            pending.writeBuffer(&bytes)
        }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        write()
        context.fireChannelReadComplete()
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
            turn.begin()
            write()
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Input

    private var mustHoldReads: Bool { turn.isSpent && pending.readableBytes > 0 }

    private func process() {
        guard !isReading, case .open = phase else { return }
        isReading = true
        defer { isReading = false }
        var input = pending
        pending = ByteBuffer()
        while input.readableBytes > 0, !turn.isSpent {
            let used = input.withUnsafeReadableBytes { bytes in
                let slice = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.sliceByteCount))
                session.receive(slice, at: now.uptimeNanoseconds, self)
                return slice.count
            }
            input.moveReaderIndex(forwardBy: used)
        }
        pending = input
        if session.isReceivingHeaders { lookForStalledRequestsLater() }
        if pending.readableBytes > 0 { letOthersRun() }
        if isReadHeld, !mustHoldReads {
            isReadHeld = false
            context?.read()
        }
    }

    /// Goes on with this connection after the other ones had their turn.
    private func letOthersRun() {
        guard turn.end() else { return }
        turnQueue.append { [self] in
            turn.resume()
            now = eventLoop.now
            process()
            write()
        }
    }

    // MARK: Output

    /// Something was submitted to the session: it is written at the end of this turn, with all that follows until then.
    func outputSubmitted() {
        hasSubmitted = true
        if !isReading, !isWriting { writeLater() }
    }

    func writeLater() {
        guard !isWriteScheduled else { return }
        isWriteScheduled = true
        let loopBound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { loopBound.value.writeScheduled() }
    }

    private func writeScheduled() {
        isWriteScheduled = false
        write()
    }

    func listWriter(_ call: GRPCStream) {
        guard !call.isListedAsWriter else { return }
        call.isListedAsWriter = true
        writers.append(call)
    }

    /// Writes as long as the client keeps reading.
    func write() {
        guard !isWriting, case .open = phase, let context else { return }
        isWriting = true
        // The channel may become writable again inside `flush`, and then says so when it cannot be heard.
        while session.wantsWrite, context.channel.isWritable {
            guard handOutFrames(context) else { break }
            context.flush()
            guard !turn.isSpent else {
                if session.wantsWrite, context.channel.isWritable { letOthersRun() }
                break
            }
        }
        isWriting = false
        if hasSubmitted || output.hasPayload {
            hasSubmitted = false
            output.hasPayload = false
            strikes.forgive()
            keepAlive.sentData()
        }
        settleWriters()
        endIfDone(context)
    }

    /// Returns whether there were any. What the reads of a turn have led to is written even if the turn is over.
    private func handOutFrames(_ context: ChannelHandlerContext) -> Bool {
        var areAny = false
        while session.wantsWrite, context.channel.isWritable, !areAny || !turn.isSpent {
            let count = session.writeOutput(to: output, budget: Self.writeBudget, self)
            guard count > 0 else { break }
            turn.countWritten(count)
            output.take { context.write(Self.wrapOutboundOut($0), promise: nil) }
            areAny = true
        }
        return areAny
    }

    private func settleWriters() {
        guard !writers.isEmpty else { return }
        // What this leads to may list further ones.
        swap(&writers, &settlingWriters)
        for call in settlingWriters {
            call.isListedAsWriter = false
            guard !call.isClosed else { continue }
            call.settleWritten()
            if call.submittedByteCount > 0 { listWriter(call) }
        }
        settlingWriters.removeAll(keepingCapacity: true)
    }

    // MARK: Calls

    func open(_ head: GRPCCallHead, _ block: HTTP2HeaderBlock, on stream: HTTP2Stream) {
        let metadata: GRPCMetadataBytes
        if let lastMetadata, lastMetadata.matches(block) {
            metadata = lastMetadata
        } else {
            metadata = GRPCMetadataBytes(block)
            lastMetadata = metadata
        }
        lastCall = block.copy().map { ($0, head, metadata) }
        open(head, metadata, on: stream)
    }

    func open(_ head: GRPCCallHead, _ metadata: GRPCMetadataBytes, on stream: HTTP2Stream) {
        let call = GRPCStream(
            stream, head: head, metadata: metadata, connection: self, now: now)
        stream.call = call
        call.listIndex = calls.count
        calls.append(call)
        callOpened(call)
        call.begin()
        if isServerStopping { call.handler?.serverStops() }
    }

    func unlist(_ call: GRPCStream) {
        let last = calls.removeLast()
        if last !== call {
            calls[call.listIndex] = last
            last.listIndex = call.listIndex
        }
        lastCallEnd = now
    }
}
