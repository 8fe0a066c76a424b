/// Tells calls that move from calls that do not, by looking at them now and then.
struct GRPCStreamProgress {
    private var receivedByteCount = 0
    private var isLookedAt = false
    private var unwrittenByteCount = 0

    mutating func received(_ byteCount: Int) { receivedByteCount += byteCount }

    /// Whether less than `minimum` has come since the last look, while something was expected all the time.
    mutating func isReceivingStalled(isExpecting: Bool, minimum: Int) -> Bool {
        defer {
            isLookedAt = isExpecting
            receivedByteCount = 0
        }
        return isExpecting && isLookedAt && receivedByteCount < minimum
    }

    /// Whether as much waits to be written as at the last look.
    mutating func isWritingStalled(unwritten: Int) -> Bool {
        defer { unwrittenByteCount = unwritten }
        return unwritten > 0 && unwritten == unwrittenByteCount
    }
}
