import ModelRepository
import Testing

/// A change is taken once its stamps have been the same for the settle time.
struct SettleFilterTests {
    private func at(_ stamp: Int64) -> SettleFilter.Fingerprint {
        ["/m": ModelStamps(directory: stamp, children: [:])]
    }

    @Test func changeIsTakenOnceItIsQuiet() {
        var filter = SettleFilter(settleTime: .seconds(1))
        filter.take(["a": at(1)])
        #expect(filter.admit(["a": at(1)], now: .zero) == [])
        #expect(!filter.isWaiting)
        #expect(filter.admit(["a": at(2)], now: .seconds(10)) == [])
        #expect(filter.isWaiting)
        #expect(filter.admit(["a": at(2)], now: .seconds(11)) == ["a"])
        #expect(!filter.isWaiting)
        #expect(filter.admit(["a": at(2)], now: .seconds(12)) == [])
    }

    @Test func changeThatGoesOnWaits() {
        var filter = SettleFilter(settleTime: .seconds(1))
        filter.take(["a": at(1)])
        for second in 1...5 {
            #expect(filter.admit(["a": at(Int64(second) + 1)], now: .seconds(second)) == [])
        }
        #expect(filter.admit(["a": at(6)], now: .seconds(6)) == ["a"])
    }

    @Test func changeThatIsTakenBackIsNone() {
        var filter = SettleFilter(settleTime: .seconds(1))
        filter.take(["a": at(1)])
        _ = filter.admit(["a": at(2)], now: .seconds(1))
        #expect(filter.admit(["a": at(1)], now: .seconds(3)) == [])
        #expect(!filter.isWaiting)
    }

    @Test func newAndVanishedModelsSettleToo() {
        var filter = SettleFilter(settleTime: .seconds(1))
        filter.take(["old": at(1)])
        #expect(filter.admit(["new": at(1)], now: .zero) == [])
        #expect(filter.admit(["new": at(1)], now: .seconds(1)) == ["new", "old"])
        #expect(filter.admit(["new": at(1)], now: .seconds(2)) == [])
    }

    @Test func withoutSettleTimeAChangeIsTakenAtOnce() {
        var filter = SettleFilter(settleTime: .zero)
        #expect(filter.admit(["a": at(1)], now: .zero) == ["a"])
    }
}
