import Synchronization

/// Counts the exchanges that the application still holds, whether or not their clients are still there.
package final class OpenExchanges: Sendable {
    private let number = Atomic(0)

    private let onActivity: @Sendable () -> Void

    /// `onActivity` is called for every exchange, on event loops; it must be quick.
    package init(onActivity: @escaping @Sendable () -> Void = {}) { self.onActivity = onActivity }

    package var count: Int { number.load(ordering: .acquiring) }

    package func open() {
        number.wrappingAdd(1, ordering: .acquiringAndReleasing)
        onActivity()
    }

    package func close() { number.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
}
