/// Which model instances wait for work. The one that became idle last is woken first: its caches are warm, and it may
/// not have gone to sleep yet.
public struct IdleInstances: Sendable {
    private var stack: [Int] = []

    public init() {}

    public var count: Int { stack.count }

    public mutating func insert(_ instance: Int) {
        guard !stack.contains(instance) else { return }
        stack.append(instance)
    }

    /// Takes an instance out because it works again, whoever woke it.
    public mutating func remove(_ instance: Int) {
        if let index = stack.lastIndex(of: instance) { stack.remove(at: index) }
    }

    /// The instance to wake for new work, or `nil` when all are busy.
    public mutating func takeLast() -> Int? { stack.popLast() }
}
