/// Which containers are open, a bit each: 64 levels without allocation, deeper ones in an array.
struct JSONContainerStack {
    private(set) var depth = 0
    private var innermost: UInt64 = 0
    private var spilled: [UInt64] = []

    /// Whether the innermost open container is an object; meaningless when none is open.
    var isInObject: Bool { innermost & 1 == 1 }

    mutating func push(isObject: Bool) {
        if depth > 0 && depth % 64 == 0 {
            spilled.append(innermost)
            innermost = 0
        }
        innermost = innermost << 1 | (isObject ? 1 : 0)
        depth += 1
    }

    /// Does nothing when no container is open.
    mutating func pop() {
        guard depth > 0 else { return }
        innermost >>= 1
        depth -= 1
        if depth > 0 && depth % 64 == 0, let word = spilled.popLast() { innermost = word }
    }
}
