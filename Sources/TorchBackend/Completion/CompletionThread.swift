import Foundation
import Synchronization

/// Runs work that cannot be interrupted on a thread of its own and waits for it for a limited time.
enum CompletionThread {
    private enum Outcome<Value: Sendable> {
        case running, abandoned
        case done(Value)
    }

    private final class Exchange<Value: Sendable>: Sendable {
        let outcome = Mutex(Outcome<Value>.running)
        let done = DispatchSemaphore(value: 0)
    }

    /// - Parameters:
    ///   - limit: how long to wait.
    ///   - onLateEnd: called on the thread of `work` when it ends after all, though nobody waits for it any more.
    /// - Returns: `nil` when `work` is not done after `limit`; then its thread goes on, and uses a core, until `work` ends
    ///   by itself: LibTorch offers no way to stop a running forward.
    static func run<Value: Sendable>(
        limit: Duration, onLateEnd: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () -> Value
    ) -> Value? {
        let exchange = Exchange<Value>()
        let thread = Thread {
            let value = work()
            let isLate = exchange.outcome.withLock { outcome in
                if case .abandoned = outcome { return true }
                outcome = .done(value)
                return false
            }
            if isLate { onLateEnd() }
            exchange.done.signal()
        }
        thread.name = "torch-trial"
        // Interpreting a module nests deeply.
        thread.stackSize = 8 << 20
        thread.start()
        _ = exchange.done.wait(timeout: .now() + .milliseconds(Int(limit / .milliseconds(1))))
        return exchange.outcome.withLock { outcome in
            if case .done(let value) = outcome { return value }
            outcome = .abandoned
            return nil
        }
    }
}
