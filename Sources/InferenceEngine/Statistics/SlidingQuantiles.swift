/// Quantiles of durations over the last minute.
///
/// Observations are counted in buckets whose width grows with the value: from 64 microseconds on there are 64 in each power
/// of two, below that one for each microsecond. Counts are exact, so that the rank of a quantile is too; the value told is
/// the middle of its bucket, at most 0.8 % away from the one observed. The minute moves on in slices of 12 s.
public struct SlidingQuantiles: Sendable {
    private struct Slice: Sendable {
        var number: UInt64 = 0
        var counts: [UInt32] = []
    }

    private static let sliceCount: UInt64 = 5
    private static let sliceMilliseconds: UInt64 = 12_000
    /// Buckets in each power of two, as a power of two.
    private static let precision = 6
    /// Some 19 hours; longer ones count as that.
    private static let largest: UInt64 = (1 << 36) - 1
    static let bucketCount = bucket(of: largest) + 1

    /// Since the model was loaded.
    public private(set) var count: UInt64 = 0
    /// Microseconds since the model was loaded.
    public private(set) var sum: UInt64 = 0
    private var slices = [Slice](repeating: Slice(), count: Int(sliceCount))

    /// - Parameter milliseconds: now, since the epoch. A clock that is put back empties slices.
    mutating func observe(microseconds: UInt64, at milliseconds: UInt64) {
        count += 1
        sum &+= microseconds
        let number = milliseconds / Self.sliceMilliseconds
        let index = Int(number % Self.sliceCount)
        if slices[index].number != number || slices[index].counts.isEmpty {
            slices[index] = Slice(number: number, counts: Array(repeating: 0, count: Self.bucketCount))
        }
        slices[index].counts[Self.bucket(of: min(microseconds, Self.largest))] &+= 1
    }

    /// The values below which these parts of the observations lie, in microseconds; not a number where there are none.
    ///
    /// - Parameter milliseconds: now, since the epoch.
    public func values(of quantiles: [Double], at milliseconds: UInt64) -> [Double] {
        let now = milliseconds / Self.sliceMilliseconds
        let recent = slices.filter { !$0.counts.isEmpty && $0.number <= now && now - $0.number < Self.sliceCount }
        var counts = [UInt64](repeating: 0, count: Self.bucketCount)
        var total: UInt64 = 0
        for slice in recent {
            for (index, count) in slice.counts.enumerated() where count > 0 {
                counts[index] += UInt64(count)
                total += UInt64(count)
            }
        }
        return quantiles.map { quantile in
            guard total > 0 else { return .nan }
            let rank = min(max((quantile * Double(total)).rounded(.up), 1), Double(total))
            var below: UInt64 = 0
            for (index, count) in counts.enumerated() {
                below += count
                if Double(below) >= rank { return Self.middle(ofBucket: index) }
            }
            return .nan
        }
    }

    private static func bucket(of value: UInt64) -> Int {
        let shift = max(0, UInt64.bitWidth - value.leadingZeroBitCount - 1 - precision)
        return shift << precision + Int(value >> UInt64(shift))
    }

    private static func middle(ofBucket index: Int) -> Double {
        let shift = max(0, index >> precision - 1)
        let lowest = UInt64(index - shift << precision) << UInt64(shift)
        return Double(lowest) + Double((1 << UInt64(shift)) - 1) / 2
    }
}
