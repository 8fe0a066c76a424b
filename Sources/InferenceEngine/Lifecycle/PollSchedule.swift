import Synchronization

/// When the repositories are to be looked at: each period, and whenever something has changed in them.
///
/// What happens while nobody waits is kept; several causes of a kind make one.
final class PollSchedule: Sendable {
    enum Cause { case period, change }

    private struct State {
        var isDue = false
        var hasChanged = false
        var hasEnded = false
        var waiting: CheckedContinuation<Cause?, Never>?

        /// The next cause; `.some(nil)` at the end, `nil` when there is nothing yet.
        mutating func take() -> Cause?? {
            if hasEnded { return .some(nil) }
            if isDue {
                // Looking covers the changes as well.
                (isDue, hasChanged) = (false, false)
                return .period
            }
            if hasChanged {
                hasChanged = false
                return .change
            }
            return nil
        }
    }

    private let state = Mutex(State())

    func periodIsOver() { update { $0.isDue = true } }

    func noteChange() { update { $0.hasChanged = true } }

    /// From now on `next` returns `nil`.
    func end() { update { $0.hasEnded = true } }

    /// Waits for a cause to look. For one task at a time.
    func next() async -> Cause? {
        await withCheckedContinuation { continuation in
            let cause = state.withLock { state -> Cause?? in
                if let cause = state.take() { return cause }
                state.waiting = continuation
                return nil
            }
            if let cause { continuation.resume(returning: cause) }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let (waiting, cause) = state.withLock { state -> (CheckedContinuation<Cause?, Never>?, Cause?) in
            change(&state)
            guard let waiting = state.waiting, let cause = state.take() else { return (nil, nil) }
            state.waiting = nil
            return (waiting, cause)
        }
        waiting?.resume(returning: cause)
    }
}
