import NIOCore
import ServerTransport

extension HTTPConnectionHandler {
    /// Ends the connection once everything written has left; what the client still sends meanwhile is thrown away, so
    /// that the system does not answer it with a reset, which would take the last response with it.
    func linger(_ context: ChannelHandlerContext) {
        phase = .lingering
        expectEnd(context)
        context.close(mode: .output, promise: nil)
    }

    /// Ends a connection that has nothing to do.
    func closeIdle(_ context: ChannelHandlerContext) {
        if unwrittenBytes(context) == 0 {
            context.close(promise: nil)
        } else {
            linger(context)
        }
    }

    /// The client has to take some of what is written within the time for that.
    func expectReading(_ context: ChannelHandlerContext) {
        unwrittenBefore = unwrittenBytes(context)
        expect(within: times.writeStall, context)
    }

    /// Whether the client has taken anything since the last look; if so, it has as much time again.
    func keepsReading(_ context: ChannelHandlerContext) -> Bool {
        guard unwrittenBytes(context) < unwrittenBefore else { return false }
        if case .lingering = phase { expectEnd(context) } else { expectReading(context) }
        return true
    }

    private func expectEnd(_ context: ChannelHandlerContext) {
        expectReading(context)
        if unwrittenBefore == 0 { expect(within: times.linger, context) }
    }

    private func unwrittenBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
