import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import ServerTransport

struct TurnQueueTests {
    @Test func eachGoesOnOnceBeforeAnyGoesOnTwice() {
        let loop = EmbeddedEventLoop()
        let queue = TurnQueue(loop)
        var order = ""
        func turn(_ name: String, _ count: Int) {
            queue.append {
                order += name
                if count > 1 { turn(name, count - 1) }
            }
        }
        turn("a", 3)
        turn("b", 2)
        turn("c", 1)
        #expect(order == "", "nobody goes on at once")
        loop.advanceTime(by: .microseconds(50))
        #expect(order == "abc")
        loop.advanceTime(by: .seconds(1))
        #expect(order == "abcaba")
    }

    /// Connections that always want another turn do not keep the event loop from its sockets.
    @Test func othersGetToRunBetweenTurns() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let isStopped = Atomic(false)
        try await loop.submit {
            let queue = TurnQueue(loop)
            @Sendable func spin() {
                let end = ContinuousClock.now + .milliseconds(1)
                while ContinuousClock.now < end {}
                if !isStopped.load(ordering: .relaxed) { queue.append(spin) }
            }
            for _ in 0..<4 { queue.append(spin) }
        }.get()
        let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let client = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).get()
        #expect(client.isActive, "connecting takes events of the sockets")
        isStopped.store(true, ordering: .relaxed)
        try await client.close()
        try await server.close()
        try await group.shutdownGracefully()
    }
}
