import NIOCore

/// Answers a connection that is one too many with 503 and closes it, whatever it asks.
final class HTTPConnectionRefuser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let response = HTTPResponse.failure(.serviceUnavailable, "too many connections are open; try again later")
        var buffer = context.channel.allocator.buffer(capacity: 256)
        buffer.writeBytes(
            HTTPResponseEncoder.head(of: response, HTTPResponseEncoder.Context(keepsAlive: false)))
        buffer.writeBytes(response.body)
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(Self.wrapOutboundOut(buffer)).whenComplete { _ in
            loopBound.value.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
