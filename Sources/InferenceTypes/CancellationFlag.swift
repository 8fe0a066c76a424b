import Synchronization

/// A flag that a front-end raises when its client has gone, and that schedulers and backends look at.
public final class CancellationFlag: Sendable {
    private let raised = Atomic(false)

    public init() {}

    public var isCancelled: Bool { raised.load(ordering: .acquiring) }

    public func cancel() { raised.store(true, ordering: .releasing) }
}
