import HTTP2Codec
import NIOCore
import ServerTransport

extension GRPCConnectionHandler {
    func setFirstAlarms() {
        let limits = service.limits
        set(.handshake, now + TimeAmount(limits.handshakeTimeout))
        set(.idle, now + TimeAmount(limits.idleTimeout))
        set(.keepAlive, keepAlive.firstLook)
        if let age = service.keepAlive.maximumAge {
            // Connections that were opened together shall not come back together.
            let nanoseconds = Double(TimeAmount(age).nanoseconds) * Double.random(in: 0.9...1.1)
            set(.age, now + .nanoseconds(Int64(min(nanoseconds, Double(Int64.max / 2)))))
        }
    }

    func set(_ alarm: GRPCConnectionAlarms.Alarm, _ moment: NIODeadline) {
        if let timerMoment = alarms.set(alarm, moment) { scheduleTimer(at: timerMoment) }
    }

    func callOpened(_ call: GRPCStream) {
        if let deadline = call.deadline, alarms[.call].map({ deadline < $0 }) ?? true { set(.call, deadline) }
        lookForStalledRequestsLater()
        if alarms[.sending] == nil { set(.sending, now + TimeAmount(service.limits.writeStallTimeout)) }
    }

    func lookForStalledRequestsLater() {
        if alarms[.receiving] == nil { set(.receiving, now + TimeAmount(service.limits.messageProgressInterval)) }
    }

    private func scheduleTimer(at moment: NIODeadline) {
        let loopBound = NIOLoopBound(self, eventLoop: eventLoop)
        let timer = eventLoop.scheduleTask(deadline: moment) { loopBound.value.timerFired() }
        alarms.attach(timer, at: moment)
    }

    private func timerFired() {
        if case .closed = phase { return }
        now = eventLoop.now
        for alarm in alarms.takeDue(now: now) { fired(alarm) }
        if let moment = alarms.update() { scheduleTimer(at: moment) }
        write()
    }

    private func fired(_ alarm: GRPCConnectionAlarms.Alarm) {
        switch alarm {
        case .handshake:
            if !session.hasReceivedSettings { cutOff("the client did not introduce itself in time") }
        case .idle: lookForCalls()
        case .call: endExpiredCalls()
        case .receiving: lookForStalledRequests()
        case .sending: lookForStalledAnswers()
        case .keepAlive: lookAfterClient()
        case .age:
            drain()
            if let grace = service.keepAlive.ageGrace { set(.end, now + TimeAmount(grace)) }
        case .drainNotice: isDrainNoticeOver = true
        case .end: cutOff("its time is over")
        }
    }

    private func lookForCalls() {
        let idleSince = calls.isEmpty ? lastCallEnd : now
        let moment = idleSince + TimeAmount(service.limits.idleTimeout)
        if moment <= now { drain() } else { set(.idle, moment) }
    }

    private func endExpiredCalls() {
        var next: NIODeadline?
        for call in calls {
            guard let deadline = call.deadline, !call.isFinished else { continue }
            if deadline <= now {
                call.fail(GRPCStatus(.deadlineExceeded, "Deadline Exceeded"))
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        if let next { set(.call, next) }
    }

    private func lookAfterClient() {
        switch keepAlive.look(at: now, hasCalls: !calls.isEmpty) {
        case .wait(let moment): set(.keepAlive, moment)
        case .ping(let moment):
            session.submitPing(now.uptimeNanoseconds)
            set(.keepAlive, moment)
        case .close: cutOff("the client does not answer a ping")
        }
    }

    /// Clients that stop in the middle of what they have to send.
    private func lookForStalledRequests() {
        let limits = service.limits
        for call in calls {
            let isStalled = call.progress.isReceivingStalled(
                isExpecting: call.isExpectingBytes, minimum: limits.minimumMessageBytesPerInterval)
            guard isStalled else { continue }
            call.fail(
                GRPCStatus(
                    .cancelled,
                    "the message stopped: less than \(limits.minimumMessageBytesPerInterval) bytes came in "
                        + "\(limits.messageProgressInterval)"))
        }
        // Bytes that come and end no header fields; a client that sends nothing at all is idle.
        if session.isReceivingHeaders, session.headerBlockCount == headerBlocksAtLook, hasReceivedSinceLook {
            return cutOff("the header fields of a request took longer than \(limits.messageProgressInterval)")
        }
        headerBlocksAtLook = session.headerBlockCount
        hasReceivedSinceLook = false
        if !calls.isEmpty || session.isReceivingHeaders { lookForStalledRequestsLater() }
    }

    /// Clients that do not take what they have asked for.
    private func lookForStalledAnswers() {
        for call in calls where call.isFinished {
            if call.progress.isWritingStalled(unwritten: call.pendingByteCount) {
                session.reset(call.stream, .cancel)
            }
        }
        let unwritten = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if unwritten > 0, unwritten == unwrittenAtLook { return cutOff("the client does not read") }
        unwrittenAtLook = unwritten
        if !calls.isEmpty || unwritten > 0 { set(.sending, now + TimeAmount(service.limits.writeStallTimeout)) }
    }
}
