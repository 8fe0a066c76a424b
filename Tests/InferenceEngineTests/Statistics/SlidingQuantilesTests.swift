import InferenceTesting
import Testing

@testable import InferenceEngine

struct SlidingQuantilesTests {
    private static let quantiles = [0, 0.001, 0.5, 0.9, 0.95, 0.99, 0.999, 1]

    /// The value at the rank that a quantile has among all observations.
    private func exact(_ quantile: Double, of sorted: [UInt64]) -> Double {
        let rank = max(1, (quantile * Double(sorted.count)).rounded(.up))
        return Double(sorted[Int(rank) - 1])
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func quantilesAreWithinOnePerCentOfTheExactOnes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var distribution = SlidingQuantiles()
        var observed: [UInt64] = []
        for index in 0..<5000 {
            // From microseconds to hours.
            let value = UInt64.random(in: 0...(1 << UInt64.random(in: 0...33, using: &generator)), using: &generator)
            observed.append(value)
            distribution.observe(microseconds: value, at: 1_000_000 + UInt64(index) * 9)
        }
        observed.sort()
        for (quantile, value) in zip(Self.quantiles, distribution.values(of: Self.quantiles, at: 1_045_000)) {
            let exact = exact(quantile, of: observed)
            #expect(abs(value - exact) <= exact * 0.008, "quantile \(quantile): \(value), exactly \(exact)")
        }
        #expect(distribution.count == 5000)
        #expect(distribution.sum == observed.reduce(0, +))
    }

    @Test func smallValuesAreExact() {
        for value in 0..<128 as Range<UInt64> {
            var distribution = SlidingQuantiles()
            distribution.observe(microseconds: value, at: 0)
            #expect(distribution.values(of: [0.5], at: 0) == [Double(value)])
        }
    }

    @Test func whatIsOlderThanAMinuteIsForgottenInSlices() {
        var distribution = SlidingQuantiles()
        distribution.observe(microseconds: 10, at: 0)
        distribution.observe(microseconds: 20, at: 50_000)
        #expect(distribution.values(of: [0, 1], at: 59_999) == [10, 20])
        #expect(distribution.values(of: [0, 1], at: 60_000) == [20, 20])
        #expect(distribution.values(of: [0.5], at: 120_000).allSatisfy { $0.isNaN })
        distribution.observe(microseconds: 30, at: 120_000)
        #expect(distribution.values(of: [0, 1], at: 120_000) == [30, 30])
        #expect(distribution.count == 3 && distribution.sum == 60)
    }

    @Test func aClockThatIsPutBackDoesNotMixOldAndNew() {
        var distribution = SlidingQuantiles()
        distribution.observe(microseconds: 10, at: 600_000)
        distribution.observe(microseconds: 20, at: 60_000)
        #expect(distribution.values(of: [0, 1], at: 60_000) == [20, 20])
    }

    @Test func hugeValuesCountAsTheLargest() {
        var distribution = SlidingQuantiles()
        distribution.observe(microseconds: .max, at: .max)
        let value = distribution.values(of: [1], at: .max)[0]
        #expect(value > 6.8e10 && value < 6.9e10)
        #expect(SlidingQuantiles().values(of: [0.5], at: 0).allSatisfy { $0.isNaN })
    }
}
