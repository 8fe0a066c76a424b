import Scheduling
import Synchronization

/// Lets one thread wait for what another one brings.
final class ThreadResult<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))

    func set(_ value: Value) {
        self.value.withLock { $0 = value }
        signal.raise()
    }

    /// From one thread only.
    func wait() -> Value {
        while true {
            if let value = value.withLock({ $0 }) { return value }
            signal.wait()
        }
    }
}
