package import NIOCore
import Synchronization

/// The open connections of a server: how many there are, and how they end when the server stops.
package final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isDraining = false
        var whenEmpty: EventLoopPromise<Void>?
    }

    private let limit: Int
    private let state = Mutex(State())

    package init(limit: Int) { self.limit = limit }

    package var count: Int { state.withLock { $0.channels.count } }

    /// Takes a connection in until it closes; `false` when there are too many already. Called on its event loop.
    package func add(_ channel: any Channel) -> Bool {
        let (isAdmitted, isDraining) = state.withLock { state in
            guard state.channels.count < limit else { return (false, false) }
            state.channels[ObjectIdentifier(channel)] = channel
            return (true, state.isDraining)
        }
        guard isAdmitted else { return false }
        channel.closeFuture.whenComplete { [self] _ in remove(channel) }
        if isDraining { Self.quiesce(channel) }
        return true
    }

    /// Ends idle connections now and busy ones after their response; `promise` succeeds when none is left.
    package func drain(_ promise: EventLoopPromise<Void>) {
        let channels = state.withLock { state in
            state.isDraining = true
            if !state.channels.isEmpty { state.whenEmpty = promise }
            return Array(state.channels.values)
        }
        if channels.isEmpty { promise.succeed() }
        for channel in channels { Self.quiesce(channel) }
    }

    /// Lets all connections end, and cuts off after `timeout` what is left. Returns whether they ended by themselves.
    ///
    /// - Parameter eventLoop: Keeps the time.
    package func drain(within timeout: Duration, on eventLoop: any EventLoop) async -> Bool {
        let drained = eventLoop.makePromise(of: Void.self)
        let isCutOff = eventLoop.makePromise(of: Bool.self)
        let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            isCutOff.succeed(true)
            self.closeAll()
        }
        drain(drained)
        try? await drained.futureResult.get()
        timer.cancel()
        isCutOff.succeed(false)
        return (try? await isCutOff.futureResult.get()) == false
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

    private static func quiesce(_ channel: any Channel) {
        channel.eventLoop.execute {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
