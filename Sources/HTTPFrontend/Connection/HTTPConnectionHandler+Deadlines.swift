import NIOCore
import ServerTransport

extension HTTPConnectionHandler {
    /// Something has to happen within `time` from now, in place of what was expected before.
    func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
        let moment = context.eventLoop.now + time
        if deadline.move(to: moment) { scheduleTimer(at: moment, context) }
        isHeadExpected = false
    }

    /// The rest of a head has to come within the time for heads, counted from its first byte.
    func expectHead(_ context: ChannelHandlerContext) {
        guard !isHeadExpected else { return }
        expect(within: times.header, context)
        isHeadExpected = true
    }

    private func scheduleTimer(at moment: NIODeadline, _ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let timer = context.eventLoop.scheduleTask(deadline: moment) {
            let (handler, context) = loopBound.value
            handler.timerFired(context)
        }
        deadline.attach(timer, at: moment)
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        switch deadline.fired(now: context.eventLoop.now) {
        case .nothing: break
        case .again(let moment): scheduleTimer(at: moment, context)
        case .expired: deadlineExpired(context)
        }
    }

    private func deadlineExpired(_ context: ChannelHandlerContext) {
        switch phase {
        case .head where isHeadExpected:
            refuse(
                HTTPRequestError(
                    .requestTimeout, "the request line and header fields took longer than \(limits.headerTimeout)"),
                context)
        case .body:
            guard bodyBytesInInterval < limits.minimumBodyBytesPerInterval else {
                bodyBytesInInterval = 0
                return expect(within: times.bodyProgress, context)
            }
            refuse(
                HTTPRequestError(
                    .requestTimeout,
                    "the request body stopped: \(bodyBytesInInterval) bytes in \(limits.bodyProgressInterval), "
                        + "at least \(limits.minimumBodyBytesPerInterval) are expected"),
                context)
        case .writing, .streaming, .lingering:
            if !keepsReading(context) { context.close(promise: nil) }
        case .head: context.close(promise: nil)
        case .answering, .closed: break
        }
    }
}
