import Foundation
import InferenceTypes
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import ServerTransport

/// Real sockets on the loopback interface: what is shown here is what the system does with them.
struct ListenerTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func listening(reusesPort: Bool = false) throws -> ListeningSocket {
        let socket = try ListeningSocket(host: "127.0.0.1", port: 0, reusesPort: reusesPort)
        try socket.listen()
        return socket
    }

    private func connect(_ count: Int, to socket: ListeningSocket) async throws -> [any Channel] {
        var clients: [any Channel] = []
        for _ in 0..<count {
            clients.append(try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: socket.port).get())
        }
        return clients
    }

    /// Starts a listener that writes one byte to each connection, and stops it at once.
    private func acceptOnce(_ socket: ListeningSocket, setUpDelay: TimeAmount = .zero) async throws -> Int {
        let accepted = Mutex(0)
        let listener = Listener(socket)
        try await listener.start(ServerBootstrap(group: group)) { channel in
            accepted.withLock { $0 += 1 }
            return channel.eventLoop.scheduleTask(in: setUpDelay) {}.futureResult.map {
                channel.eventLoop.execute { channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil) }
            }
        }
        await listener.stop()
        return accepted.withLock { $0 }
    }

    @Test func connectionsThatWaitAreAcceptedBeforeTheSocketCloses() async throws {
        let socket = try listening()
        let clients = try await connect(40, to: socket)
        #expect(socket.hasWaitingConnections)
        #expect(try await acceptOnce(socket) == 40)
        await #expect(throws: (any Error).self) { _ = try await connect(1, to: socket) }
        for client in clients { try await client.close() }
    }

    /// TLS reads its files first: a connection that is still being set up is not closed with the listening socket.
    @Test func connectionsThatAreBeingSetUpAreNotLost() async throws {
        let socket = try listening()
        let received = Mutex(0)
        var clients: [any Channel] = []
        for _ in 0..<5 {
            let client = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ByteCounter { received.withLock { $0 += 1 } })
                    }
                }
                .connect(host: "127.0.0.1", port: socket.port).get()
            clients.append(client)
        }
        #expect(try await acceptOnce(socket, setUpDelay: .milliseconds(100)) == 5)
        while received.withLock({ $0 }) < 5, clients.allSatisfy(\.isActive) { await Task.yield() }
        #expect(received.withLock { $0 } == 5)
        for client in clients { try await client.close() }
    }

    @Test func aSharedSocketGoesOnWithoutThisProcess() async throws {
        let socket = try listening()
        let other = try ListeningSocket(adopting: try socket.duplicate())
        #expect(other.isShared && other.wasPassed && other.port == socket.port && other.host == "127.0.0.1")
        socket.setShared(true)
        _ = try await acceptOnce(socket)
        #expect(throws: (any Error).self) { try socket.duplicate() }
        let clients = try await connect(3, to: other)
        #expect(other.hasWaitingConnections)
        other.setShared(false)
        #expect(try await acceptOnce(other) == 3)
        for client in clients { try? await client.close() }
    }

    #if os(Linux)
        /// Who is ignored asks again, and finds the other listener once this one has closed.
        @Test func connectionsGoToTheOtherListenerOfTheSamePort() async throws {
            let socket = try listening(reusesPort: true)
            let other = try ListeningSocket(host: "127.0.0.1", port: socket.port, reusesPort: true)
            try other.listen()
            #expect(socket.ignoreNewConnections())
            let connecting = (0..<12).map { _ in
                ClientBootstrap(group: group).connect(host: "127.0.0.1", port: other.port)
            }
            #expect(!socket.hasWaitingConnections)
            socket.release()
            for client in connecting { _ = try await client.get() }
            #expect(try await acceptOnce(other) == 12)
            for client in connecting { try await client.get().close() }
        }
    #endif

    @Test func otherDescriptorsAreNotAdopted() throws {
        let bound = try ListeningSocket(host: "127.0.0.1", port: 0, reusesPort: false)
        let copy = try bound.duplicate()
        #expect(throws: ServingError.self) { try ListeningSocket(adopting: copy) }
        close(copy)
        #expect(throws: ServingError.self) { try ListeningSocket(adopting: 0) }
    }

    @Test func aPortInUseIsTold() throws {
        let first = try listening()
        #expect {
            _ = try ListeningSocket(for: "HTTP", host: "127.0.0.1", port: first.port, reusesPort: false)
        } throws: { error in
            (error as? ServingError)?.message
                == "cannot listen for HTTP on 127.0.0.1:\(first.port): Address already in use; is another server using the port?"
        }
    }
}

private final class ByteCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let count: @Sendable () -> Void

    init(_ count: @escaping @Sendable () -> Void) { self.count = count }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { count() }
}
