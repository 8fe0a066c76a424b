import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on a free local port that answers each request by a closure and remembers what it was asked.
final class StubHTTPServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: [UInt8]
    }

    struct Reply: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        static func json(_ text: String, status: Int = 200) -> Reply {
            Reply(status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
        }
    }

    let port: Int
    private let channel: any Channel
    private let log: RequestLog

    /// - Parameter answer: `nil` closes the connection without an answer.
    init(_ answer: @escaping @Sendable (Request) -> Reply?) async throws {
        let log = RequestLog()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(NIOHTTPServerRequestAggregator(maxContentLength: 1 << 24))
                    try pipeline.addHandler(Handler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        self.log = log
    }

    var requests: [Request] { log.requests.withLock { $0 } }

    func stop() async throws { try await channel.close() }

    private final class RequestLog: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = NIOHTTPServerRequestFull
        typealias OutboundOut = HTTPServerResponsePart

        private let log: RequestLog
        private let answer: @Sendable (Request) -> Reply?

        init(log: RequestLog, answer: @escaping @Sendable (Request) -> Reply?) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let full = unwrapInboundIn(data)
            var headers: [String: String] = [:]
            for (name, value) in full.head.headers { headers[name.lowercased()] = value }
            let request = Request(
                method: full.head.method.rawValue, path: full.head.uri, headers: headers,
                body: full.body.map { Array($0.readableBytesView) } ?? [])
            log.requests.withLock { $0.append(request) }
            guard let reply = answer(request) else {
                context.close(promise: nil)
                return
            }
            var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status))
            for (name, value) in reply.headers { head.headers.add(name: name, value: value) }
            head.headers.add(name: "Content-Length", value: String(reply.body.count))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
