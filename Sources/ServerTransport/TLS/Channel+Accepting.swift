package import Logging
package import NIOCore
internal import NIOSSL

extension Channel {
    /// Sets up the pipeline of a connection that has been accepted: TLS, when there is any, then what `addHandlers` adds.
    ///
    /// - Parameters:
    ///   - handshakeLimit: from the connection being accepted to the end of the handshake.
    ///   - addHandlers: on the event loop.
    package func setUpAccepted(
        tls: TLSContextReloader?, handshakeLimit: TimeAmount, logger: Logger,
        _ addHandlers: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<Void> {
        guard let tls else { return eventLoop.makeCompletedFuture { try addHandlers(self) } }
        return tls.context(on: eventLoop).flatMapThrowing { context in
            try self.pipeline.syncOperations.addHandlers([
                NIOSSLServerHandler(context: context), TLSHandshakeWatch(limit: handshakeLimit, logger: logger),
            ])
            try addHandlers(self)
        }
    }

    /// Sets up the pipeline of a connection that is one too many: `refuser` says so, except to clients that want TLS,
    /// which would cost a handshake to tell.
    package func refuseAccepted(
        tls: TLSContextReloader?, _ refuser: @autoclosure () -> some ChannelHandler
    ) -> EventLoopFuture<Void> {
        guard tls == nil else { return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        return eventLoop.makeCompletedFuture { try pipeline.syncOperations.addHandler(refuser()) }
    }
}
