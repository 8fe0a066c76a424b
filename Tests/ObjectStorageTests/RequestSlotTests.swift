import Synchronization
import Testing

@testable import ObjectStorage

struct RequestSlotTests {
    private final class Counts: Sendable {
        let value = Mutex((running: 0, most: 0, ended: 0))
    }

    @Test func noMoreRunThanThereAreSlots() async {
        let slots = RequestSlots(3)
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await slots.take()
                    counts.value.withLock {
                        $0.running += 1
                        $0.most = max($0.most, $0.running)
                    }
                    await Task.yield()
                    counts.value.withLock {
                        $0.running -= 1
                        $0.ended += 1
                    }
                    slots.give()
                }
            }
        }
        #expect(counts.value.withLock { $0.most } <= 3)
        #expect(counts.value.withLock { $0.ended } == 50)
    }
}
