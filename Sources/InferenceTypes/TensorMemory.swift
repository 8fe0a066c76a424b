import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the memory of `TensorBuffer`s comes from. Large pieces are kept when they are freed and used again: the system
/// hands out memory page by page, which takes longer than copying a tensor does.
///
/// Thread-safe. There is one for the process, `shared`, as there is one heap. Pieces that nobody has used between two
/// calls of `trim` go back to the system.
public final class TensorMemory: Sendable {
    public static let shared = TensorMemory()

    public static let defaultLimit = 256 * 1024 * 1024
    /// Smaller pieces come from the heap.
    static let smallestKept = 64 * 1024
    /// Larger pieces go back to the system at once.
    static let largestKept = 64 * 1024 * 1024

    private struct Class {
        var free: [UnsafeMutableRawPointer] = []
        /// The fewest that were free at any time since the last `trim`: as many were not needed.
        var unused = 0
    }

    private struct State {
        var classes: [Class]
        var keptBytes = 0
        var limit: Int
        var onKeeping: (@Sendable () -> Void)?
    }

    private let state: Mutex<State>

    /// `limit`: the most bytes that are kept for use again.
    public init(limit: Int = TensorMemory.defaultLimit) {
        let count = SizeClass(Self.largestKept).index + 1
        state = Mutex(State(classes: Array(repeating: Class(), count: count), limit: limit))
    }

    /// Bytes that are free and kept.
    public var keptByteCount: Int { state.withLock { $0.keptBytes } }

    /// Changes the most bytes that are kept; 0 keeps none.
    public func setLimit(_ limit: Int) {
        state.withLock { $0.limit = limit }
        while keptByteCount > limit, giveBackUnused(allOf: true) {}
    }

    /// `action` is called when something is kept after nothing was: from then on `trim` has work. It runs on any thread,
    /// and must not use this.
    public func whenKeeping(_ action: (@Sendable () -> Void)?) { state.withLock { $0.onKeeping = action } }

    /// Gives back to the system what nobody has used since the last call. Returns whether anything is still kept.
    @discardableResult
    public func trim() -> Bool { giveBackUnused(allOf: false) }

    /// `nil` when the system has none left. On a multiple of 64; not initialised.
    func allocate(byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= Self.smallestKept else { return Self.allocateOnHeap(byteCount) }
        guard byteCount <= Self.largestKept else { return Self.map(byteCount) }
        let sizeClass = SizeClass(byteCount)
        let kept = state.withLock { state -> UInt? in
            guard let memory = state.classes[sizeClass.index].free.popLast() else { return nil }
            let free = state.classes[sizeClass.index].free.count
            state.classes[sizeClass.index].unused = min(state.classes[sizeClass.index].unused, free)
            state.keptBytes -= sizeClass.byteCount
            return UInt(bitPattern: memory)
        }
        return kept.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) ?? Self.map(sizeClass.byteCount)
    }

    /// Takes back what `allocate` gave for the same number of bytes.
    func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        guard byteCount >= Self.smallestKept else { return Self.freeOnHeap(memory) }
        guard byteCount <= Self.largestKept else { return Self.unmap(memory, byteCount) }
        let sizeClass = SizeClass(byteCount)
        let address = UInt(bitPattern: memory)
        let (isKept, action) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard let memory = UnsafeMutableRawPointer(bitPattern: address),
                state.keptBytes + sizeClass.byteCount <= state.limit
            else { return (false, nil) }
            let wasEmpty = state.keptBytes == 0
            state.classes[sizeClass.index].free.append(memory)
            state.keptBytes += sizeClass.byteCount
            return (true, wasEmpty ? state.onKeeping : nil)
        }
        if !isKept { Self.unmap(memory, sizeClass.byteCount) }
        action?()
    }

    /// One class after the other, so that nobody waits for the system with the lock held.
    private func giveBackUnused(allOf takesAll: Bool) -> Bool {
        let count = state.withLock { $0.classes.count }
        for index in 0..<count {
            let byteCount = SizeClass.byteCount(at: index)
            let addresses = state.withLock { state -> [UInt] in
                let free = state.classes[index].free
                let unused = takesAll ? free.count : state.classes[index].unused
                // The last are the next to be used, so those that were not needed are the first.
                state.classes[index].free = Array(free.dropFirst(unused))
                state.classes[index].unused = free.count - unused
                state.keptBytes -= unused * byteCount
                return free.prefix(unused).map(UInt.init(bitPattern:))
            }
            for address in addresses {
                if let memory = UnsafeMutableRawPointer(bitPattern: address) { Self.unmap(memory, byteCount) }
            }
        }
        return keptByteCount > 0
    }

    private static func allocateOnHeap(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        // glibc's aligned allocation takes several times as long as its malloc, and splits its heap into small pieces.
        guard let block = malloc(byteCount + TensorBuffer.alignment) else { return nil }
        let aligned = (UInt(bitPattern: block) / alignment + 1) * alignment
        guard let memory = UnsafeMutableRawPointer(bitPattern: aligned) else { return nil }
        // In front of the piece there is room for at least one word: malloc aligns to more than that.
        memory.storeBytes(
            of: block, toByteOffset: -MemoryLayout<UnsafeMutableRawPointer>.size, as: UnsafeMutableRawPointer.self)
        return memory
    }

    private static let alignment = UInt(TensorBuffer.alignment)

    private static func freeOnHeap(_ memory: UnsafeMutableRawPointer) {
        free(memory.load(fromByteOffset: -MemoryLayout<UnsafeMutableRawPointer>.size, as: UnsafeMutableRawPointer.self))
    }

    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        return memory == MAP_FAILED ? nil : memory
    }

    private static func unmap(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) { munmap(memory, byteCount) }
}

/// The sizes in which memory is kept: four between a power of two and the next.
private struct SizeClass {
    let index: Int

    var byteCount: Int { Self.byteCount(at: index) }

    /// The smallest class that holds `byteCount`, which is between `smallestKept` and `largestKept`.
    init(_ byteCount: Int) {
        // Counted from one below, so that a class's own size belongs to it.
        let last = byteCount - 1
        let exponent = Int.bitWidth - 1 - last.leadingZeroBitCount
        let quarter = (last >> (exponent - 2)) & 3
        index = max(0, (exponent - Self.firstExponent) * 4 + quarter + 1)
    }

    static func byteCount(at index: Int) -> Int {
        let (exponent, quarter) = (firstExponent + index / 4, index % 4)
        return (4 + quarter) << (exponent - 2)
    }

    private static let firstExponent = TensorMemory.smallestKept.trailingZeroBitCount
}
