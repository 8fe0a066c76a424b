import Foundation
import InferenceTypes
import Synchronization

/// Runs work that cannot be interrupted on a thread of its own and waits for it for a limited time.
enum CompletionThread {
    private final class Outcome<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
    }

    /// - Returns: `nil` when `work` is not done after `limit`; then its thread goes on and its result is dropped.
    static func run<Value: Sendable>(limit: Duration, _ work: @escaping @Sendable () -> Value) -> Value? {
        let outcome = Outcome<Value>()
        let thread = Thread {
            let value = work()
            outcome.value.withLock { $0 = value }
            outcome.done.signal()
        }
        thread.name = "torch-trial"
        // Interpreting a module nests deeply.
        thread.stackSize = 8 << 20
        thread.start()
        guard outcome.done.wait(timeout: .now() + .milliseconds(Int(limit / .milliseconds(1)))) == .success else {
            return nil
        }
        return outcome.value.withLock { $0 }
    }
}
