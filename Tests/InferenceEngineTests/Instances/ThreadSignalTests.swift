import Dispatch
import Scheduling
import Synchronization
import Testing

@testable import InferenceEngine

struct ThreadSignalTests {
    @Test func aSignalThatComesFirstIsKept() {
        let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))
        signal.raise()
        signal.raise()
        signal.wait()
        // The two made one: this wait ends by its deadline.
        signal.wait(until: .now + .milliseconds(1))
    }

    @Test func aPassedDeadlineReturnsAtOnce() {
        let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .microseconds(40)))
        signal.wait(until: .now - .seconds(1))
    }

    @Test func aWaitEndsNoEarlierThanItsDeadline() {
        let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))
        let deadline = ContinuousClock.now + .milliseconds(2)
        signal.wait(until: deadline)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func aDeadlineFarAwayDoesNotEndTheWait() {
        let signal = ThreadSignal(spin: AdaptiveSpin(maximum: .zero))
        let isRaised = Flag()
        DispatchQueue.global().async {
            isRaised.set()
            signal.raise()
        }
        signal.wait(until: .now + .microseconds(Int64.max))
        #expect(isRaised.isSet)
    }

    @Test(arguments: [Duration.zero, .microseconds(40)])
    func noSignalIsLost(spin: Duration) {
        let there = ThreadSignal(spin: AdaptiveSpin(maximum: spin))
        let back = ThreadSignal(spin: AdaptiveSpin(maximum: spin))
        DispatchQueue.global().async {
            for _ in 0..<5_000 {
                there.wait()
                back.raise()
            }
        }
        for _ in 0..<5_000 {
            there.raise()
            back.wait()
        }
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}
