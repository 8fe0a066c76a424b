import HTTP2Codec
import Logging
import NIOCore
import ServerTransport

extension GRPCConnectionHandler {
    /// Takes no further calls; the connection ends with the last of those that are open.
    func drain() {
        guard !isDraining, case .open = phase else { return }
        isDraining = true
        session.shutDownGracefully()
        set(.drainNotice, now + TimeAmount(service.limits.closeLinger))
        write()
    }

    /// Ends the connection whatever is open.
    func cutOff(_ reason: String) {
        service.logger.debug("a gRPC connection is closed: \(reason)")
        guard let context else { return }
        if case .open = phase, !hasBeenCutOff {
            hasBeenCutOff = true
            // A client that still reads learns that it may try elsewhere.
            session.shutDown(.noError, reason)
            write()
            set(.end, now + TimeAmount(service.limits.closeLinger))
        } else {
            context.close(promise: nil)
        }
    }

    /// After writing: closes a connection on which nothing more will happen.
    func endIfDone(_ context: ChannelHandlerContext) {
        guard case .open = phase else { return }
        if isDraining, isDrainNoticeOver, !hasEndedSession, session.openStreamCount == 0 {
            // The client does not acknowledge the announcement, and has had its time.
            hasEndedSession = true
            session.shutDown(.noError)
            return writeLater()
        }
        if !session.wantsRead, !session.wantsWrite { linger(context) }
    }

    /// Ends the connection once everything written has left; what the client still sends meanwhile is thrown away, so
    /// that the system does not answer it with a reset, which would take the last answers with it.
    private func linger(_ context: ChannelHandlerContext) {
        phase = .lingering
        session.close(.cancel, self)
        set(.end, now + TimeAmount(service.limits.closeLinger))
        context.close(mode: .output, promise: nil)
    }
}
