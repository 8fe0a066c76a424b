import Foundation
import Logging
import ServerTransport
import Synchronization
import Testing

@testable import nereid

/// Both sides of a handover in one process, over a real socket.
struct HandoverTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "h-\(UUID().uuidString.prefix(8))").path
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func sockets() throws -> ServingSockets {
        var sockets = ServingSockets()
        for endpoint in ServingEndpoint.allCases {
            let socket = try ListeningSocket(host: "127.0.0.1", port: 0, reusesPort: false)
            try socket.listen()
            sockets.set(socket, for: endpoint)
        }
        return sockets
    }

    /// A server that answers a handover as a process does: leaves the ports, then says so.
    private func server(_ sockets: ServingSockets, _ flag: HandoverFlag) -> HandoverServer {
        let server = HandoverServer(path: path, sockets: sockets, logger: logger) {
            flag.isRaised.withLock { $0 = true }
            for endpoint in ServingEndpoint.allCases { sockets[endpoint]?.release() }
            flag.server.withLock { $0 }?.confirm()
        }
        flag.server.withLock { $0 = server }
        return server
    }

    private final class HandoverFlag: Sendable {
        let isRaised = Mutex(false)
        let server = Mutex<HandoverServer?>(nil)
    }

    @Test func thePortsGoFromOneToTheOther() throws {
        let sockets = try sockets()
        let ports = ServingEndpoint.allCases.map { sockets[$0]?.port }
        let flag = HandoverFlag()
        let old = server(sockets, flag)
        try old.start()
        let client = try #require(try HandoverClient.connect(to: path, logger: logger))
        #expect(ServingEndpoint.allCases.map { client.sockets[$0]?.port } == ports)
        #expect(sockets[.http]?.isShared == true, "another process has it from now on")
        #expect(!flag.isRaised.withLock { $0 })
        client.takeOver()
        #expect(flag.isRaised.withLock { $0 })
        #expect(ServingEndpoint.allCases.allSatisfy { client.sockets[$0]?.isShared == false })
        old.stop()
        #expect(FileManager.default.fileExists(atPath: path), "it is the new server's to replace")

        var next = ServingSockets()
        next.add(client.sockets, ports: [.http: 0, .grpc: 0])
        let new = server(next, HandoverFlag())
        try new.start()
        #expect(try HandoverClient.connect(to: path, logger: logger)?.sockets.count == 2)
        new.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aServerThatGivesUpChangesNothing() throws {
        let sockets = try sockets()
        let flag = HandoverFlag()
        let old = server(sockets, flag)
        try old.start()
        do { _ = try #require(try HandoverClient.connect(to: path, logger: logger)) }
        // The next one is served after the first has gone.
        let client = try #require(try HandoverClient.connect(to: path, logger: logger))
        #expect(!flag.isRaised.withLock { $0 })
        client.takeOver()
        #expect(flag.isRaised.withLock { $0 })
        #expect(client.sockets[.http]?.isShared == false, "nobody else has it")
        old.stop()
        unlink(path)
    }

    @Test func withoutAServerThereIsNothingToTakeOver() throws {
        #expect(try HandoverClient.connect(to: path, logger: logger) == nil)
        // Left behind by a process that was killed.
        let address = try #require(UnixSocketAddress(path))
        _ = try LocalSocket.listening(at: path, address)
        #expect(try HandoverClient.connect(to: path, logger: logger) == nil)
        let server = server(try sockets(), HandoverFlag())
        try server.start()
        #expect(try HandoverClient.connect(to: path, logger: logger) != nil)
        server.stop()
    }

    @Test func wordsOfAnotherVersionEndTheStart() throws {
        let address = try #require(UnixSocketAddress(path))
        let listener = try LocalSocket.listening(at: path, address)
        defer { unlink(path) }
        Thread.detachNewThread {
            guard let peer = listener.accepted() else { return }
            _ = try? peer.receive()
            try? peer.send("sockets metrics=own")
        }
        #expect(throws: StartupError.self) { try HandoverClient.connect(to: path, logger: logger) }
    }

    @Test func otherFilesAndImpossiblePathsAreLeftAlone() throws {
        try Data("mine".utf8).write(to: URL(filePath: path))
        defer { unlink(path) }
        #expect(throws: StartupError.self) { try server(try sockets(), HandoverFlag()).start() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        #expect(UnixSocketAddress("") == nil)
        #expect(UnixSocketAddress("/" + String(repeating: "x", count: 200)) == nil)
        #expect(UnixSocketAddress("/tmp/a\0b") == nil)
    }

    @Test(arguments: [
        HandoverMessage.hello, .serving, .released, .sockets([]),
        .sockets([.init(name: "http", isShared: true), .init(name: "smtp", isShared: false)]),
    ])
    func messagesAreReadAsTheyAreWritten(message: HandoverMessage) {
        #expect(HandoverMessage(line: message.line) == message)
    }

    @Test(arguments: [
        "", "hello", "sockets http", "sockets http=", "sockets =own", "sockets  ", "nereid-handover 2",
    ])
    func otherLinesAreNotUnderstood(line: String) { #expect(HandoverMessage(line: line) == nil) }
}
