import InferenceTypes
import Synchronization
import Testing

struct TensorMemoryTests {
    private static let mebibyte = 1024 * 1024

    private func address(_ byteCount: Int, from memory: TensorMemory) throws -> UInt {
        let buffer = try #require(TensorBuffer(attempting: byteCount, from: memory))
        return UInt(bitPattern: buffer.bytes.baseAddress)
    }

    @Test(arguments: [
        0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 81_920, 81_921, 600_000, 1 << 20, (1 << 20) + 1, 67_108_864,
        67_108_865,
    ])
    func givesAllTheBytesAligned(_ byteCount: Int) throws {
        for _ in 0..<2 {
            let buffer = try #require(TensorBuffer(attempting: byteCount, from: TensorMemory()))
            #expect(buffer.bytes.count == byteCount)
            #expect(UInt(bitPattern: buffer.bytes.baseAddress) % 64 == 0)
            if byteCount > 0 {
                buffer.bytes[0] = 1
                buffer.bytes[byteCount - 1] = 2
                #expect(buffer.bytes[byteCount - 1] == 2)
            }
        }
    }

    @Test func usesAgainWhatWasFreed() throws {
        let memory = TensorMemory()
        let first = try address(3 * Self.mebibyte, from: memory)
        #expect(memory.keptByteCount == 3 * Self.mebibyte)
        let second = try address(3 * Self.mebibyte - 5_000, from: memory)
        #expect(first == second, "a slightly smaller piece is of the same size class")
    }

    @Test func buffersInUseNeverShareMemory() throws {
        let memory = TensorMemory()
        var buffers: [TensorBuffer] = []
        for round in 0..<200 {
            let size = 65_536 + round * 3_000
            let buffer = try #require(TensorBuffer(attempting: size, from: memory))
            buffer.bytes.initializeMemory(as: UInt8.self, repeating: UInt8(round))
            buffers.append(buffer)
            if round % 3 == 2 { buffers.remove(at: round % buffers.count) }
        }
        for buffer in buffers {
            let value = buffer.bytes[0]
            #expect(buffer.bytes.allSatisfy { $0 == value })
        }
    }

    @Test func keepsNoMoreThanTheLimit() throws {
        let memory = TensorMemory(limit: 4 * Self.mebibyte)
        var buffers: [TensorBuffer] = []
        for _ in 0..<6 { buffers.append(try #require(TensorBuffer(attempting: Self.mebibyte, from: memory))) }
        buffers = []
        #expect(memory.keptByteCount == 4 * Self.mebibyte)
        memory.setLimit(0)
        #expect(memory.keptByteCount == 0)
        _ = try address(Self.mebibyte, from: memory)
        #expect(memory.keptByteCount == 0)
        _ = buffers
    }

    @Test func hugePiecesAreNotKept() throws {
        let memory = TensorMemory()
        _ = try address(65 * Self.mebibyte, from: memory)
        #expect(memory.keptByteCount == 0)
    }

    @Test func trimmingGivesBackWhatWasNotUsedSinceTheLastTime() throws {
        let memory = TensorMemory()
        var buffers: [TensorBuffer] = []
        for _ in 0..<5 { buffers.append(try #require(TensorBuffer(attempting: Self.mebibyte, from: memory))) }
        buffers = []
        #expect(memory.trim(), "all were in use since the last time")
        #expect(memory.keptByteCount == 5 * Self.mebibyte)
        // Two at a time are enough from now on.
        for _ in 0..<10 {
            buffers = [
                try #require(TensorBuffer(attempting: Self.mebibyte, from: memory)),
                try #require(TensorBuffer(attempting: Self.mebibyte, from: memory)),
            ]
            buffers = []
        }
        #expect(memory.trim())
        #expect(memory.keptByteCount == 2 * Self.mebibyte)
        #expect(!memory.trim())
        #expect(memory.keptByteCount == 0)
        _ = buffers
    }

    @Test func tellsWhenThereIsSomethingToTrim() throws {
        let memory = TensorMemory()
        let calls = Mutex(0)
        memory.whenKeeping { calls.withLock { $0 += 1 } }
        for _ in 0..<3 { _ = try address(Self.mebibyte, from: memory) }
        #expect(
            calls.withLock { $0 } == 3, "taking the only piece leaves nothing, and freeing it keeps something again")
        let held = try #require(TensorBuffer(attempting: 100, from: memory))
        #expect(calls.withLock { $0 } == 3, "small pieces are not kept")
        withExtendedLifetime(held) {}
    }

    @Test func impossibleSizesAreRefused() {
        #expect(TensorBuffer(attempting: 1 << 60) == nil)
    }

    @Test func manyThreadsAtOnce() async {
        let memory = TensorMemory(limit: 8 * Self.mebibyte)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<300 {
                        let size = 65_536 << ((task + round) % 5)
                        guard let buffer = TensorBuffer(attempting: size, from: memory) else {
                            Issue.record("no memory")
                            return
                        }
                        let mark = UInt8(truncatingIfNeeded: task * 31 + round)
                        buffer.bytes[0] = mark
                        buffer.bytes[size - 1] = mark
                        if round % 50 == 0 { memory.trim() }
                        #expect(buffer.bytes[0] == mark && buffer.bytes[size - 1] == mark)
                    }
                }
            }
        }
        #expect(memory.keptByteCount <= 8 * Self.mebibyte)
    }
}
