import Synchronization

/// A change of a servable that serves: prepared beside what it does, and in force at once when it is committed.
///
/// One that is dropped without a commit gives up what was prepared.
public final class ServableUpdate: Sendable {
    private struct Ends {
        var commit: @Sendable () -> Void
        var abandon: @Sendable () -> Void
    }

    private let ends: Mutex<Ends?>

    /// - Parameters:
    ///   - commit: puts the change in force; must not block or throw.
    ///   - abandon: gives up what was prepared. One of the two is called, once.
    public init(commit: @escaping @Sendable () -> Void, abandon: @escaping @Sendable () -> Void = {}) {
        ends = Mutex(Ends(commit: commit, abandon: abandon))
    }

    deinit { take()?.abandon() }

    /// Puts the change in force. A second call does nothing.
    public func commit() { take()?.commit() }

    private func take() -> Ends? {
        ends.withLock { ends in
            defer { ends = nil }
            return ends
        }
    }
}
