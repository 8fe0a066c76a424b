package import NIOCore
import NIOEmbedded

/// Makes an embedded channel unwritable after `limit` bytes, and writable again inside `flush`, as a socket does whose
/// client reads as fast as it can.
package final class EmptiedByFlush: ChannelOutboundHandler {
    package typealias OutboundIn = ByteBuffer

    private let limit: Int
    private var waitingByteCount = 0

    package init(limit: Int) { self.limit = limit }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        waitingByteCount += Self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
        if waitingByteCount >= limit { set(false, context) }
    }

    package func flush(context: ChannelHandlerContext) {
        context.flush()
        waitingByteCount = 0
        set(true, context)
    }

    private func set(_ isWritable: Bool, _ context: ChannelHandlerContext) {
        guard let channel = context.channel as? EmbeddedChannel, channel.isWritable != isWritable else { return }
        channel.isWritable = isWritable
        context.fireChannelWritabilityChanged()
    }
}
