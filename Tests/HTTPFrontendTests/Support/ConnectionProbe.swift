import InferenceTypes
import NIOCore
import ServerTransport
import NIOEmbedded

@testable import HTTPFrontend

/// A connection on an embedded channel, whose time the test moves.
struct ConnectionProbe {
    let application: FakeApplication
    let channel: EmbeddedChannel
    var loop: EmbeddedEventLoop { channel.embeddedEventLoop }

    init(
        _ application: FakeApplication = FakeApplication(), limits: HTTPLimits = HTTPLimits(),
        budget: BodyBudget = BodyBudget(), receiver: DirectReceiver? = nil
    ) throws {
        self.application = application
        let loop = EmbeddedEventLoop()
        let handler = HTTPConnectionHandler(
            application: application, limits: limits, turnQueue: TurnQueue(loop), mailbox: LoopMailbox(loop),
            wakes: WakeBatch { loop.execute($0) }, budget: budget, receiver: receiver)
        channel = EmbeddedChannel(handler: handler, loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws { try channel.writeInbound(ByteBuffer(bytes: bytes)) }

    /// What was written since the last call.
    func received() throws -> String {
        var text = ""
        while var buffer = try channel.readOutbound(as: ByteBuffer.self) {
            text += buffer.readString(length: buffer.readableBytes) ?? ""
        }
        return text
    }

    /// How many bytes were written since the last call.
    func receivedByteCount() throws -> Int {
        var count = 0
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { count += buffer.readableBytes }
        return count
    }

    /// The bodies of 200 responses written since the last call.
    func receivedBodies() throws -> [String] {
        try received().components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst().map { response in
            response.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        }
    }

    func finish() { _ = try? channel.finish(acceptAlreadyClosed: true) }

    var isOpen: Bool { channel.isActive }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
