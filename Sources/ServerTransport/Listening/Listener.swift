package import NIOCore
package import NIOPosix
internal import Synchronization

/// Accepts the connections of a listening socket, and stops without losing any.
///
/// Thread-safe. `start` once, `stop` once.
package final class Listener: Sendable {
    /// What the last connections get to arrive, where another server has the port too and would not lose them.
    private static let closingWindow = Duration.milliseconds(200)
    private static let lookInterval = Duration.milliseconds(2)
    /// However many connections keep coming.
    private static let closingLimit = Duration.seconds(1)

    private let socket: ListeningSocket
    private let channel = Mutex<(any Channel)?>(nil)
    /// Connections that are accepted and have no pipeline yet: they would be closed with the listening channel.
    private let connectionsInSetup = Atomic(0)

    package init(_ socket: ListeningSocket) { self.socket = socket }

    /// Begins to accept. Throws an `IOError`.
    ///
    /// - Parameters:
    ///   - bootstrap: with everything set but its initializers.
    ///   - setUp: makes the pipeline of a connection, on its event loop.
    package func start(
        _ bootstrap: ServerBootstrap, _ setUp: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws {
        let descriptor = try socket.duplicate()
        let bootstrap =
            bootstrap
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptedConnectionCounter(self))
                }
            }
            .childChannelInitializer { channel in
                let isSetUp = setUp(channel)
                // The listening channel's event loop takes the connection in; this follows it there.
                let listening = channel.parent?.eventLoop ?? channel.eventLoop
                isSetUp.whenComplete { _ in listening.execute { self.count(-1) } }
                return isSetUp
            }
        let channel = try await bootstrap.withBoundSocket(descriptor).get()
        self.channel.withLock { $0 = channel }
        // The length of the queue that the channel has set is not ours.
        try socket.listen()
    }

    fileprivate func count(_ change: Int) { connectionsInSetup.add(change, ordering: .sequentiallyConsistent) }

    /// Stops accepting, and returns when every connection that was accepted is set up and the socket is released.
    ///
    /// A socket that others have goes on with them. One of this process alone is closed once no connection waits on it.
    package func stop() async {
        guard let channel = channel.withLock({ $0.take() }) else { return socket.release() }
        if !socket.isShared {
            if socket.ignoreNewConnections(), socket.reusesPort { await Self.pause(Self.closingWindow) }
            await waitUntil { !self.socket.hasWaitingConnections }
        }
        try? await channel.setOption(.autoRead, value: false).get()
        await waitUntil { self.connectionsInSetup.load(ordering: .sequentiallyConsistent) == 0 }
        try? await channel.close()
        socket.release()
    }

    /// Returns when it holds at two looks, or when the limit is over.
    private func waitUntil(_ holds: () -> Bool) async {
        let deadline = ContinuousClock.now + Self.closingLimit
        var looks = 0
        while looks < 2, ContinuousClock.now < deadline {
            looks = holds() ? looks + 1 : 0
            if looks < 2 { await Self.pause(Self.lookInterval) }
        }
    }

    private static func pause(_ duration: Duration) async { try? await ContinuousClock().sleep(for: duration) }
}

/// Counts connections before anything else is done with them.
private final class AcceptedConnectionCounter: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let listener: Listener

    init(_ listener: Listener) { self.listener = listener }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        listener.count(1)
        context.fireChannelRead(data)
    }
}
