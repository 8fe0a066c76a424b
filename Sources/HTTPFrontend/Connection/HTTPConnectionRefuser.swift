import NIOCore

/// Answers a connection that is one too many with 503 and closes it, whatever it asks.
final class HTTPConnectionRefuser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let linger: TimeAmount
    private var timer: Scheduled<Void>?

    /// `linger`: how long the client has to take the answer.
    init(linger: TimeAmount) { self.linger = linger }

    func channelActive(context: ChannelHandlerContext) {
        let response = HTTPResponse.failure(.serviceUnavailable, "too many connections are open; try again later")
        var buffer = context.channel.allocator.buffer(capacity: 256)
        buffer.writeBytes(
            HTTPResponseEncoder.head(of: response, HTTPResponseEncoder.Context(keepsAlive: false)))
        buffer.writeBytes(response.body)
        context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: linger) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
