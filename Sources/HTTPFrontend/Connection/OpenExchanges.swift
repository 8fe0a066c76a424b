import Synchronization

/// Counts the exchanges that the application still holds, whether or not their clients are still there.
final class OpenExchanges: Sendable {
    private let number = Atomic(0)

    var count: Int { number.load(ordering: .acquiring) }

    func open() { number.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    func close() { number.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
}
