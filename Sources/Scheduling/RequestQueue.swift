/// A first-in first-out queue with a limit.
public struct RequestQueue: Sendable {
    /// The most requests that may wait.
    public let limit: Int

    // A ring: `head` is the index of the oldest entry; capacity is a power of two.
    private var ring: [PendingRequest?]
    private var head = 0
    public private(set) var count = 0

    public init(limit: Int) {
        self.limit = max(limit, 0)
        ring = Array(repeating: nil, count: 16)
    }

    public var isEmpty: Bool { count == 0 }

    /// - Returns: `false` when the queue is full; the request was not taken.
    public mutating func append(_ pending: PendingRequest) -> Bool {
        guard count < limit else { return false }
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = pending
        count += 1
        return true
    }

    public mutating func popFirst() -> PendingRequest? {
        guard count > 0 else { return nil }
        let oldest = ring[head]
        ring[head] = nil
        head = (head + 1) & (ring.count - 1)
        count -= 1
        return oldest
    }

    private mutating func grow() {
        var larger = [PendingRequest?](repeating: nil, count: ring.count * 2)
        for offset in 0..<count { larger[offset] = ring[(head + offset) & (ring.count - 1)] }
        ring = larger
        head = 0
    }
}
