package import NIOCore
package import NIOPosix

/// The threads on which all connections live, of every protocol.
///
/// Thread-safe. One loop is enough for a small machine: it moves bytes and computes nothing.
package final class EventLoops: Sendable {
    package let group: MultiThreadedEventLoopGroup
    private let turnQueues: [ObjectIdentifier: TurnQueue]
    private let mailboxes: [ObjectIdentifier: LoopMailbox]

    package init(count: Int) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, count))
        self.group = group
        turnQueues = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), TurnQueue($0)) })
        mailboxes = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopMailbox($0)) })
    }

    package var count: Int { turnQueues.count }

    /// The one queue of that loop, shared by the connections of all protocols on it.
    package func turnQueue(of loop: any EventLoop) -> TurnQueue {
        turnQueues[ObjectIdentifier(loop)] ?? TurnQueue(loop)
    }

    /// The one mailbox of that loop, shared by the connections of all protocols on it.
    package func mailbox(of loop: any EventLoop) -> LoopMailbox {
        mailboxes[ObjectIdentifier(loop)] ?? LoopMailbox(loop)
    }

    /// After the servers that use the loops have stopped.
    package func shutdown() async { try? await group.shutdownGracefully() }
}
