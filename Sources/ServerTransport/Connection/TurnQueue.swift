package import NIOCore

/// The connections of one event loop that have had their turn and want another one.
///
/// They go on one after the other, and the event loop looks at its sockets in between. Tasks of the event loop would not
/// do: it runs all that are due, those that they add included, before it looks at its sockets again.
// @unchecked: used only on its event loop, which `append` checks.
package final class TurnQueue: @unchecked Sendable {
    private static let pause = TimeAmount.microseconds(50)
    /// After this time the sockets are looked at, even if connections still wait.
    private static let maximumRunTime = TimeAmount.milliseconds(2)

    private let eventLoop: any EventLoop
    private var waiting = CircularBuffer<() -> Void>()
    private var isScheduled = false

    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    package func append(_ turn: @escaping () -> Void) {
        eventLoop.preconditionInEventLoop()
        waiting.append(turn)
        if !isScheduled { schedule() }
    }

    private func schedule() {
        isScheduled = true
        eventLoop.scheduleTask(in: Self.pause) { self.run() }
    }

    private func run() {
        let end = eventLoop.now + Self.maximumRunTime
        // Those that come back while this runs wait for the next time.
        for _ in 0..<waiting.count {
            guard eventLoop.now < end, let turn = waiting.popFirst() else { break }
            turn()
        }
        isScheduled = false
        if !waiting.isEmpty { schedule() }
    }
}
