internal import Logging
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Ends a connection whose TLS handshake takes too long or fails; leaves the pipeline once it has succeeded.
final class TLSHandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let limit: TimeAmount
    private let logger: Logger
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount, logger: Logger) {
        self.limit = limit
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        let (limit, logger) = (limit, logger)
        timer = context.eventLoop.scheduleTask(in: limit) {
            logger.debug("TLS: no handshake within \(limit.nanoseconds / 1_000_000_000) s: the connection is closed")
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        if case .handshakeCompleted? = event as? TLSUserEvent {
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let client = context.remoteAddress?.ipAddress ?? "a client"
        let text = "\(error)"
        // What BoringSSL calls the first bytes of a plain request.
        let reason = text.contains("HTTP_REQUEST") ? "the client speaks HTTP without TLS" : text
        logger.debug("TLS: the handshake with \(client) failed: \(reason)")
        context.fireErrorCaught(error)
    }
}
