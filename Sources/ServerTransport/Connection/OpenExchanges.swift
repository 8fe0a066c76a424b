import Synchronization

/// Counts the exchanges that the application still holds, whether or not their clients are still there.
package final class OpenExchanges: Sendable {
    private let number = Atomic(0)

    package init() {}

    package var count: Int { number.load(ordering: .acquiring) }

    package func open() { number.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    package func close() { number.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
}
