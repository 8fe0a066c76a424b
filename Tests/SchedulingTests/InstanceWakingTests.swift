import Scheduling
import Testing

@Suite struct InstanceWakingTests {
    @Test func theLastIdleInstanceIsWokenFirst() {
        var idle = IdleInstances()
        for instance in [2, 0, 1, 0] { idle.insert(instance) }
        #expect(idle.count == 3)
        idle.remove(0)
        idle.remove(7)
        let woken = [idle.takeLast(), idle.takeLast(), idle.takeLast()]
        #expect(woken == [1, 2, nil])
    }

    @Test func spinningGrowsWhileWorkComesSoonAndEndsWhileItDoesNot() {
        var spin = AdaptiveSpin(maximum: .microseconds(40))
        for _ in 0..<4 { spin.record(waited: .microseconds(5)) }
        #expect(spin.budget == .microseconds(40))
        for _ in 0..<20 { spin.record(waited: .milliseconds(3)) }
        #expect(spin.budget == .zero)
        spin.record(waited: .microseconds(30))
        #expect(spin.budget > .zero)
    }

    @Test func aMaximumOfZeroNeverSpins() {
        var spin = AdaptiveSpin(maximum: .zero)
        #expect(spin.budget == .zero)
        spin.record(waited: .zero)
        spin.record(waited: .microseconds(1))
        #expect(spin.budget == .zero)
    }
}
