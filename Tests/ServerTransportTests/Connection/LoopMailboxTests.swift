import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import ServerTransport

struct LoopMailboxTests {
    private final class Note: LoopDelivery {
        let action: @Sendable () -> Void
        init(_ action: @escaping @Sendable () -> Void) { self.action = action }
        func deliver() { action() }
    }

    @Test func deliveriesComeInOrderAndLater() {
        let loop = EmbeddedEventLoop()
        let mailbox = LoopMailbox(loop)
        let order = Mutex("")
        for name in ["a", "b", "c"] {
            mailbox.post(Note { order.withLock { $0 += name } })
        }
        #expect(order.withLock { $0 } == "")
        loop.run()
        #expect(order.withLock { $0 } == "abc")
        mailbox.post(Note { order.withLock { $0 += "d" } })
        loop.run()
        #expect(order.withLock { $0 } == "abcd", "a mailbox that was emptied wakes its loop again")
    }

    @Test func whatADeliveryPostsIsDeliveredToo() {
        let loop = EmbeddedEventLoop()
        let mailbox = LoopMailbox(loop)
        let count = Atomic(0)
        mailbox.post(
            Note {
                count.wrappingAdd(1, ordering: .relaxed)
                mailbox.post(Note { count.wrappingAdd(10, ordering: .relaxed) })
            })
        loop.run()
        #expect(count.load(ordering: .relaxed) == 11)
    }

    @Test func anExchangeIsReleasedAfterItsDelivery() {
        let loop = EmbeddedEventLoop()
        let mailbox = LoopMailbox(loop)
        weak var note: Note?
        do {
            let posted = Note {}
            note = posted
            mailbox.post(posted)
        }
        #expect(note != nil)
        loop.run()
        #expect(note == nil)
    }

    /// Long deliveries let the loop look at its sockets, and none is lost or doubled meanwhile.
    @Test func deliveriesOfManyThreadsAllArriveOnce() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let mailbox = LoopMailbox(loop)
        let (threads, each) = (4, 2_000)
        let seen = Mutex(Array(repeating: [Int](), count: threads))
        let arrived = Atomic(0)
        let done = loop.makePromise(of: Void.self)
        for thread in 0..<threads {
            NIOThreadPool.singleton.submit { _ in
                for number in 0..<each {
                    mailbox.post(
                        Note {
                            #expect(loop.inEventLoop)
                            if number % 500 == 0 {
                                let end = ContinuousClock.now + .milliseconds(3)
                                while ContinuousClock.now < end {}
                            }
                            seen.withLock { $0[thread].append(number) }
                            let total = arrived.wrappingAdd(1, ordering: .relaxed).newValue
                            if total == threads * each { done.succeed() }
                        })
                }
            }
        }
        try await done.futureResult.get()
        #expect(seen.withLock { $0 } == Array(repeating: Array(0..<each), count: threads))
        try await group.shutdownGracefully()
    }
}
