import InferenceTypes
import NIOCore
import ServerTransport
import Synchronization

/// One request that waits for its response.
///
/// Thread-safe. Exactly one response is sent or streamed; dropping an exchange that got none is a bug, which debug builds stop at
/// and release builds answer with an internal error.
final class HTTPExchange: LoopDelivery {
    /// Raised when the client has gone away.
    let cancellation = CancellationFlag()

    /// What wakes instances for a request that is handed over on the event loop.
    var wakes: WakeBatch? { eventLoop.inEventLoop ? loopWakes : nil }

    private let loopWakes: WakeBatch
    private let number: UInt64
    private let eventLoop: any EventLoop
    private let connection: NIOLoopBound<HTTPConnectionHandler>
    private let mailbox: LoopMailbox
    private let openExchanges: OpenExchanges
    private let isDone = Atomic(false)
    /// On its way to the event loop.
    private let response = Mutex<HTTPResponse?>(nil)

    /// `number` tells the exchanges of a connection apart. Made on the event loop.
    init(
        _ number: UInt64, connection: HTTPConnectionHandler, eventLoop: any EventLoop, mailbox: LoopMailbox,
        wakes: WakeBatch, openExchanges: OpenExchanges
    ) {
        openExchanges.open()
        self.openExchanges = openExchanges
        self.number = number
        self.eventLoop = eventLoop
        self.mailbox = mailbox
        loopWakes = wakes
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
    }

    /// Sends the response from any thread; costs one hand-over to the event loop when called elsewhere.
    func send(_ response: HTTPResponse) {
        let wasDone = isDone.exchange(true, ordering: .acquiringAndReleasing)
        precondition(!wasDone, "two responses were sent for one request")
        if eventLoop.inEventLoop {
            connection.value.complete(exchange: number, response)
        } else {
            self.response.withLock { $0 = response }
            mailbox.post(self)
        }
    }

    /// Begins a response of unknown length; from any thread.
    ///
    /// - Parameters:
    ///   - head: a response without a body.
    ///   - maximumBytes: that may wait until the client reads them.
    func stream(_ head: HTTPResponse, maximumBytes: Int) -> HTTPResponseStream {
        let wasDone = isDone.exchange(true, ordering: .acquiringAndReleasing)
        precondition(!wasDone, "two responses were sent for one request")
        let (connection, number, eventLoop) = (connection, number, eventLoop)
        // Keeps the exchange open until the stream has ended.
        let stream = HTTPResponseStream(cancellation: cancellation, maximumBytes: maximumBytes) { [self] stream in
            self.eventLoop.execute { self.connection.value.goOn(with: stream) }
        }
        var head = head
        head.isStreamed = true
        eventLoop.execute { [head] in connection.value.begin(stream, exchange: number, head) }
        return stream
    }

    func deliver() {
        guard let response = response.withLock({ $0.take() }) else { return }
        connection.value.complete(exchange: number, response)
    }

    deinit {
        defer { openExchanges.close() }
        guard !isDone.load(ordering: .acquiring) else { return }
        assertionFailure(ServingError.requestWasDropped.message)
        let failure = HTTPResponse.failure(.requestWasDropped)
        eventLoop.execute { [connection, number] in connection.value.complete(exchange: number, failure) }
    }
}
