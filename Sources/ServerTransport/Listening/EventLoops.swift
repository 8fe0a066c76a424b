package import InferenceTypes
package import NIOCore
package import NIOPosix

/// The threads on which all connections live, of every protocol.
///
/// Thread-safe. One loop is enough for a small machine: it moves bytes and computes nothing.
package final class EventLoops: Sendable {
    package let group: MultiThreadedEventLoopGroup
    private let turnQueues: [ObjectIdentifier: TurnQueue]
    private let mailboxes: [ObjectIdentifier: LoopMailbox]
    private let wakeBatches: [ObjectIdentifier: WakeBatch]

    package init(count: Int) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, count))
        self.group = group
        turnQueues = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), TurnQueue($0)) })
        mailboxes = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopMailbox($0)) })
        wakeBatches = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), Self.wakeBatch($0)) })
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

    /// The wake-ups that this loop puts off, of all protocols. Used on the loop only.
    package func wakeBatch(of loop: any EventLoop) -> WakeBatch {
        wakeBatches[ObjectIdentifier(loop)] ?? Self.wakeBatch(loop)
    }

    // A loop runs its tasks after the events of one look at its sockets.
    private static func wakeBatch(_ loop: any EventLoop) -> WakeBatch { WakeBatch { loop.execute($0) } }

    /// After the servers that use the loops have stopped.
    package func shutdown() async { try? await group.shutdownGracefully() }
}
