package import NIOCore
import Synchronization

/// The open connections of a server: how many there are, and how they end when the server stops.
package final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var refusedCount = 0
        var isEndAnnounced = false
        var isDraining = false
        var whenEmpty: EventLoopPromise<Void>?
    }

    private let limit: Int
    private let state = Mutex(State())

    package init(limit: Int) { self.limit = limit }

    package var count: Int { state.withLock { $0.channels.count } }

    /// Connections that were too many, since the start.
    package var refusedCount: Int { state.withLock { $0.refusedCount } }

    /// Takes a connection in until it closes; `false` when there are too many already. Called on its event loop.
    package func add(_ channel: any Channel) -> Bool {
        let (isAdmitted, isEndAnnounced, isDraining) = state.withLock { state in
            guard state.channels.count < limit else {
                state.refusedCount += 1
                return (false, false, false)
            }
            state.channels[ObjectIdentifier(channel)] = channel
            return (true, state.isEndAnnounced, state.isDraining)
        }
        guard isAdmitted else { return false }
        if isEndAnnounced { Self.announceEnd(channel) }
        channel.closeFuture.whenComplete { [self] _ in remove(channel) }
        if isDraining { Self.quiesce(channel) }
        return true
    }

    /// Has the connections, those that are still to come too, tell their clients that they will end.
    package func announceEnd() {
        let channels = state.withLock { state in
            state.isEndAnnounced = true
            return Array(state.channels.values)
        }
        for channel in channels { Self.announceEnd(channel) }
    }

    /// Ends idle connections now and busy ones after their response.
    private func quiesce() {
        let channels = state.withLock { state in
            state.isDraining = true
            return Array(state.channels.values)
        }
        for channel in channels { Self.quiesce(channel) }
    }

    /// Lets all connections end, and cuts off after `timeout` what is left. Returns whether they ended by themselves.
    ///
    /// - Parameters:
    ///   - idleGrace: How long a connection without a request stays for one more, whose answer then says that it was the
    ///     last.
    ///   - eventLoop: Keeps the time.
    package func drain(
        within timeout: Duration, idleGrace: Duration = .zero, on eventLoop: any EventLoop
    ) async -> Bool {
        let drained = eventLoop.makePromise(of: Void.self)
        let isCutOff = eventLoop.makePromise(of: Bool.self)
        let limit = eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            isCutOff.succeed(true)
            self.closeAll()
        }
        var grace: Scheduled<Void>?
        if idleGrace > .zero {
            announceEnd()
            grace = eventLoop.scheduleTask(in: TimeAmount(idleGrace)) { self.quiesce() }
        } else {
            quiesce()
        }
        tellWhenEmpty(drained)
        try? await drained.futureResult.get()
        limit.cancel()
        grace?.cancel()
        isCutOff.succeed(false)
        return (try? await isCutOff.futureResult.get()) == false
    }

    private func tellWhenEmpty(_ promise: EventLoopPromise<Void>) {
        let isEmpty = state.withLock { state in
            if !state.channels.isEmpty { state.whenEmpty = promise }
            return state.channels.isEmpty
        }
        if isEmpty { promise.succeed() }
    }

    package func closeAll() {
        let channels = state.withLock { Array($0.channels.values) }
        for channel in channels { channel.close(promise: nil) }
    }

    private func remove(_ channel: any Channel) {
        let promise = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = nil
            guard state.channels.isEmpty else { return nil as EventLoopPromise<Void>? }
            defer { state.whenEmpty = nil }
            return state.whenEmpty
        }
        promise?.succeed()
    }

    private static func announceEnd(_ channel: any Channel) {
        channel.eventLoop.execute {
            channel.pipeline.fireUserInboundEventTriggered(ConnectionEndAnnouncement())
        }
    }

    private static func quiesce(_ channel: any Channel) {
        channel.eventLoop.execute {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
