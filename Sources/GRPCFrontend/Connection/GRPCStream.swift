import HTTP2Codec
import InferenceTypes
import NIOCore
import ServerTransport
import Synchronization

/// One call on its connection: what has been received of it, what waits to be sent.
///
/// `post`, `beginFinish` and the flags may be used from any thread; everything else belongs to the event loop.
// @unchecked: `outbox`, `pending` and `finished` are synchronised; all other variables are touched on the event loop only.
final class GRPCStream: @unchecked Sendable, LoopDelivery {
    let service: GRPCConnectionService
    let connection: GRPCConnectionHandler
    let stream: HTTP2Stream
    let head: GRPCCallHead
    let metadata: GRPCMetadataBytes
    let cancellation = CancellationFlag()
    private let eventLoop: any EventLoop
    private let mailbox: LoopMailbox
    private let loopWakes: WakeBatch

    private struct Outbox {
        var outputs: [GRPCOutput] = []
        /// What is in the outbox waits for a message that is being compressed.
        var isHeld = false
    }

    private let outbox = Mutex(Outbox())
    private let pending = Atomic(0)
    private let finished = Atomic(false)

    // MARK: On the event loop

    /// Of what the client sends, compressed or not.
    let maximumMessageBytes: Int
    var reader: GRPCMessageReader
    /// Of a method with a handler, until the call ends.
    var handler: (any GRPCCallHandler)?
    /// Of a method that takes exactly one.
    var message: TensorBytes?
    /// Received while no message could be taken.
    var held = ByteBuffer()
    var heldByteCount = 0
    var isReading = false
    var isPaused = false
    var isInflating = false
    var hasClientEnded = false
    /// Nothing that the client still sends matters.
    var isReceivingOver = false

    var hasSentHeaders = false
    var responseCoding = ContentCoding.identity
    var isCompressing = false
    /// The stream is gone.
    var isClosed = false
    /// Given to the session, and counted in `pending`.
    var submittedByteCount = 0
    var waiters: [(byteCount: Int, action: @Sendable () -> Void)] = []
    var isListedAsWriter = false

    let deadline: NIODeadline?
    /// Where the connection lists the call.
    var listIndex = 0
    var progress = GRPCStreamProgress()

    init(
        _ stream: HTTP2Stream, head: GRPCCallHead, metadata: GRPCMetadataBytes, connection: GRPCConnectionHandler,
        now: NIODeadline
    ) {
        service = connection.service
        self.connection = connection
        self.stream = stream
        self.head = head
        self.metadata = metadata
        eventLoop = connection.eventLoop
        mailbox = connection.mailbox
        loopWakes = connection.wakes
        deadline = head.timeoutNanoseconds.map { now + .nanoseconds($0) }
        maximumMessageBytes = min(service.limits.maximumMessageBytes, head.method.maximumMessageBytes)
        reader = GRPCMessageReader(
            limit: maximumMessageBytes, budget: service.budget,
            alignedOffset: head.method.alignedOffset)
    }

    var isFinished: Bool { finished.load(ordering: .acquiring) }
    var pendingByteCount: Int { pending.load(ordering: .acquiring) }

    /// What wakes instances for what is handed over on the event loop.
    var wakes: WakeBatch? { eventLoop.inEventLoop ? loopWakes : nil }

    /// `true` for the one who may end the call.
    func beginFinish() -> Bool { !finished.exchange(true, ordering: .acquiringAndReleasing) }

    /// Has the event loop do it, after what was posted before; at once when called there and nothing waits.
    func post(_ output: GRPCOutput) {
        let byteCount = output.byteCount
        if byteCount > 0 { pending.wrappingAdd(byteCount, ordering: .acquiringAndReleasing) }
        let isOnLoop = eventLoop.inEventLoop
        let (isNow, isFirst) = outbox.withLock { outbox in
            if isOnLoop, outbox.outputs.isEmpty, !outbox.isHeld { return (true, false) }
            outbox.outputs.append(output)
            return (false, outbox.outputs.count == 1 && !outbox.isHeld)
        }
        if isNow {
            perform(output)
            connection.outputSubmitted()
        } else if isFirst {
            mailbox.post(self)
        }
    }

    /// Does what was posted.
    func deliver() {
        let posted = outbox.withLock { outbox in
            guard !outbox.isHeld else { return [GRPCOutput]() }
            defer { outbox.outputs = [] }
            return outbox.outputs
        }
        for (index, output) in posted.enumerated() {
            perform(output)
            if isCompressing {
                outbox.withLock { $0.outputs = posted[(index + 1)...] + $0.outputs }
                break
            }
        }
        connection.outputSubmitted()
    }

    /// What is posted from now on waits for `release`.
    func hold() {
        isCompressing = true
        outbox.withLock { $0.isHeld = true }
    }

    func release() {
        isCompressing = false
        outbox.withLock { $0.isHeld = false }
        deliver()
    }

    /// Bytes that were posted have been written, or will not be.
    func settle(_ byteCount: Int) {
        guard byteCount != 0 else { return }
        let rest = pending.wrappingSubtract(byteCount, ordering: .acquiringAndReleasing).newValue
        guard !waiters.isEmpty else { return }
        let ready = waiters.filter { isClosed || rest < $0.byteCount }
        waiters.removeAll { isClosed || rest < $0.byteCount }
        for waiter in ready { waiter.action() }
    }
}
