import InferenceTypes
import Synchronization
import Testing

struct WakeBatchTests {
    private final class Sleeper: Wakeable {
        private let number = Atomic(0)
        var count: Int { number.load(ordering: .relaxed) }
        func wake() { number.wrappingAdd(1, ordering: .relaxed) }
    }

    @Test func wakesOnceTheEventsAtHandAreHandled() {
        let scheduled = Mutex<[@Sendable () -> Void]>([])
        let batch = WakeBatch { action in scheduled.withLock { $0.append(action) } }
        let sleepers = [Sleeper(), Sleeper()]
        for sleeper in sleepers { batch.add(sleeper) }
        #expect(sleepers.map(\.count) == [0, 0])
        #expect(scheduled.withLock { $0.count } == 1)
        scheduled.withLock { $0.removeFirst() }()
        #expect(sleepers.map(\.count) == [1, 1])
        batch.add(sleepers[0])
        #expect(scheduled.withLock { $0.count } == 1, "the next batch is scheduled anew")
        scheduled.withLock { $0.removeFirst() }()
        #expect(sleepers.map(\.count) == [2, 1])
    }

    @Test func aLongBatchIsNotWaitedFor() {
        let batch = WakeBatch { _ in }
        let sleepers = (0..<20).map { _ in Sleeper() }
        for sleeper in sleepers { batch.add(sleeper) }
        #expect(sleepers.prefix(16).allSatisfy { $0.count == 1 })
        #expect(sleepers.dropFirst(16).allSatisfy { $0.count == 0 })
    }
}
