import NIOCore
import NIOHTTP1
import NIOPosix

/// One request and its answer on a connection of its own.
struct HTTPExchange: Sendable {
    enum Failure: Error {
        case timedOut, closedEarly
    }

    let request: HTTPRequestHead
    let body: ByteBuffer
    let timeout: TimeAmount

    func run(host: String, port: Int) async throws -> HTTPReply {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: HTTPReply.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(min(timeout, .seconds(10)))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(
                            NIOHTTPClientResponseAggregator(maxContentLength: HTTPClient.maximumBodySize))
                        try pipeline.addHandler(ReplyHandler(promise: promise))
                    }
                }
                .connect(host: host, port: port).get()
        } catch {
            promise.fail(error)
            throw error
        }
        let deadline = loop.scheduleTask(in: timeout) { promise.fail(Failure.timedOut) }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        channel.write(HTTPClientRequestPart.head(request), promise: nil)
        if body.readableBytes > 0 { channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil) }
        // A server may answer and close without reading all; what it answered counts, not the failed write.
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return try await promise.futureResult.get()
    }

    private final class ReplyHandler: ChannelInboundHandler {
        typealias InboundIn = NIOHTTPClientResponseFull

        private let promise: EventLoopPromise<HTTPReply>

        init(promise: EventLoopPromise<HTTPReply>) { self.promise = promise }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let response = unwrapInboundIn(data)
            var headers: [String: String] = [:]
            for (name, value) in response.head.headers { headers[name.lowercased()] = value }
            promise.succeed(
                HTTPReply(
                    status: Int(response.head.status.code), headers: headers,
                    body: response.body.map { Array($0.readableBytesView) } ?? []))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            promise.fail(error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { promise.fail(Failure.closedEarly) }
    }
}
