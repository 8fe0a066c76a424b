package import Logging
package import NIOCore
import Synchronization

/// Warnings that clients can cause as often as they like: one in an interval is logged, and says how many were left out.
///
/// Thread-safe.
package final class LimitedWarnings: Sendable {
    private struct State {
        var next: NIODeadline?
        var leftOut = 0
    }

    private let logger: Logger
    private let interval: TimeAmount
    private let state = Mutex(State())

    package init(_ logger: Logger, interval: TimeAmount = .seconds(10)) {
        self.logger = logger
        self.interval = interval
    }

    /// - Parameter now: On the clock of the event loops.
    package func warn(_ message: @autoclosure () -> String, at now: NIODeadline) {
        let leftOut = state.withLock { state -> Int? in
            if let next = state.next, now < next {
                state.leftOut += 1
                return nil
            }
            defer { state.leftOut = 0 }
            state.next = now + interval
            return state.leftOut
        }
        guard let leftOut else { return }
        logger.warning("\(message())\(leftOut == 0 ? "" : " (and \(leftOut) similar warnings since the last one)")")
    }
}
