import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection that sends bytes as they are and gathers what comes back.
final class SocketClient: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    init(port: Int, host: String = "127.0.0.1") async throws {
        let inbox = Inbox()
        self.inbox = inbox
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
                }
            }
            .connect(host: host, port: port).get()
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Everything until the server closes.
    func readToEnd() async -> [UInt8] { await inbox.wait { _ in false } }

    /// What came so far, once it ends with `suffix`, or all if the server closes before.
    func read(to suffix: String) async -> String {
        String(decoding: await inbox.wait { $0.reversed().starts(with: suffix.utf8.reversed()) }, as: UTF8.self)
    }

    /// Forgets what was read.
    func clear() { inbox.clear() }

    func close() async throws { try await channel.close() }

    /// Sends no more, and goes on reading.
    func endOutput() async throws { try await channel.close(mode: .output) }

    /// Sends one request with `Connection: close` and returns the whole response.
    static func exchange(
        _ port: Int, _ method: String, _ path: String, _ fields: String = "", _ body: String = ""
    ) async throws -> String {
        let client = try await SocketClient(port: port)
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        try await client.send(
            "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(length)\(fields)\r\n\(body)")
        return String(decoding: await client.readToEnd(), as: UTF8.self)
    }

    private final class Inbox: Sendable {
        private struct State {
            var bytes: [UInt8] = []
            var isClosed = false
            var waiter: (isEnough: @Sendable ([UInt8]) -> Bool, continuation: CheckedContinuation<[UInt8], Never>)?
        }
        private let state = Mutex(State())

        func wait(_ isEnough: @escaping @Sendable ([UInt8]) -> Bool) async -> [UInt8] {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiter = (isEnough, continuation) }
                change { _ in }
            }
        }

        func clear() { state.withLock { $0.bytes = [] } }

        func append(_ bytes: ByteBuffer) { change { $0.bytes += bytes.readableBytesView } }

        func end() { change { $0.isClosed = true } }

        private func change(_ body: (inout State) -> Void) {
            let done = state.withLock { state -> (CheckedContinuation<[UInt8], Never>, [UInt8])? in
                body(&state)
                guard let waiter = state.waiter, state.isClosed || waiter.isEnough(state.bytes) else { return nil }
                state.waiter = nil
                return (waiter.continuation, state.bytes)
            }
            if let (continuation, bytes) = done { continuation.resume(returning: bytes) }
        }
    }

    private final class InboxHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let inbox: Inbox

        init(_ inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { inbox.append(Self.unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { inbox.end() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
