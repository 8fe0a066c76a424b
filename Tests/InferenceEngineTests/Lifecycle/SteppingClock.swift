import InferenceEngine
import Synchronization

/// A clock that stands still, except that sleeping moves it on at once.
final class SteppingClock: Sendable {
    private struct State {
        var now = Duration.zero
        var sleeps = 0
        var onSleep: (@Sendable (Int) -> Void)?
    }

    private let state = Mutex(State())

    var sleepCount: Int { state.withLock { $0.sleeps } }

    /// Called in the middle of each sleep with its number, from 1.
    func onSleep(_ action: @escaping @Sendable (Int) -> Void) { state.withLock { $0.onSleep = action } }

    var clock: LifecycleClock {
        LifecycleClock(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                let (number, action) = self.state.withLock { state in
                    state.now += duration
                    state.sleeps += 1
                    return (state.sleeps, state.onSleep)
                }
                action?(number)
            })
    }
}
