import HTTP2Codec
import NIOCore

/// Tells a connection that is one too many to go away, and closes it.
final class GRPCConnectionRefuser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let linger: TimeAmount
    private var timer: Scheduled<Void>?

    /// `linger`: how long the client has to take the answer.
    init(linger: TimeAmount) { self.linger = linger }

    func channelActive(context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 128)
        buffer.writeBytes(Self.goAway("too many connections are open; try again later"))
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

    /// Empty SETTINGS, with which a server begins, then GOAWAY ENHANCE_YOUR_CALM (RFC 9113, section 6).
    private static func goAway(_ text: String) -> [UInt8] {
        let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
        let payloadCount = UInt8(8 + text.utf8.count)
        return settings + [0, 0, payloadCount, 7, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0xb] + Array(text.utf8)
    }
}
