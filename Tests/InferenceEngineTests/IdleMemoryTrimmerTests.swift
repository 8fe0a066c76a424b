import InferenceTypes
import Synchronization
import Testing

@testable import InferenceEngine

struct IdleMemoryTrimmerTests {
    @Test func givesBackAfterQuietTimesOnly() async throws {
        let memory = TensorMemory()
        let (trims, continuation) = AsyncStream.makeStream(of: Int.self)
        let trimmer = IdleMemoryTrimmer(memory: memory, period: .milliseconds(20)) {
            continuation.yield(memory.keptByteCount)
        }
        try trimmer.start()
        var iterator = trims.makeAsyncIterator()
        for _ in 0..<3 {
            do {
                let buffer = try #require(TensorBuffer(attempting: 4 << 20, from: memory))
                buffer.bytes[0] = 1
            }
            #expect(await iterator.next() == 0, "the heap comes last, when no tensor memory is kept any more")
        }
        trimmer.noteActivity()
        #expect(await iterator.next() == 0, "requests without large tensors count as well")
        trimmer.stop()
    }

    @Test func sleepsWhileNothingHappens() async throws {
        let memory = TensorMemory()
        let trims = Atomic(0)
        let first = AsyncStream.makeStream(of: Void.self)
        let trimmer = IdleMemoryTrimmer(memory: memory, period: .milliseconds(1)) {
            trims.wrappingAdd(1, ordering: .relaxed)
            first.continuation.yield()
        }
        try trimmer.start()
        trimmer.noteActivity()
        var iterator = first.stream.makeAsyncIterator()
        await iterator.next()
        // Many periods.
        let end = ContinuousClock.now + .milliseconds(50)
        while ContinuousClock.now < end { await Task.yield() }
        #expect(trims.load(ordering: .relaxed) == 1)
        trimmer.stop()
    }
}
