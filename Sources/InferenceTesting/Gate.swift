import Foundation
import Synchronization

/// Stops threads until it is opened; stays open.
// @unchecked: `hasOpened` is read and written with `condition` locked only.
public final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var hasOpened = false

    public init() {}

    public func open() {
        condition.lock()
        hasOpened = true
        condition.broadcast()
        condition.unlock()
    }

    /// Blocks the calling thread: for instance threads only, since tests share a few threads.
    public func wait() {
        condition.lock()
        while !hasOpened { condition.wait() }
        condition.unlock()
    }

    /// Waits in a test, letting others run.
    public func opened() async {
        while !isOpen { await Task.yield() }
    }

    private var isOpen: Bool { condition.withLock { hasOpened } }
}

/// Lets threads go on only when a number of them has arrived: passing it proves that they ran at the same time.
// @unchecked: `arrived` is read and written with `condition` locked only.
public final class Rendezvous: @unchecked Sendable {
    private let condition = NSCondition()
    private let expected: Int
    private var arrived = 0

    public init(_ expected: Int) { self.expected = expected }

    /// - Returns: `false` if the others did not come within a minute.
    public func arrive() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        arrived += 1
        condition.broadcast()
        let deadline = Date(timeIntervalSinceNow: 60)
        while arrived < expected {
            guard condition.wait(until: deadline) else { return arrived >= expected }
        }
        return true
    }
}
