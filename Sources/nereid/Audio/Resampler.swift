#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Changes the sample rate of audio with a windowed-sinc filter, evaluated at the exact position of each output sample
/// (polyphase: one set of taps for each of the positions that recur).
///
/// Frequencies up to 90 % of the lower rate's limit pass; those above the limit are damped by about 100 dB.
struct Resampler {
    private static let zeroCrossings = 64.0
    /// The middle of the transition, as a part of the lower of the two Nyquist frequencies.
    private static let rolloff = 0.95
    private static let kaiserBeta = 10.06
    /// At most so many taps are kept; rates that need more compute them for each sample.
    private static let maximumTableSize = 4_000_000

    /// Output and input rates without their common factor.
    private let up: Int
    private let down: Int
    /// Part of the input's Nyquist frequency that passes.
    private let cutoff: Double
    /// Taps on each side.
    private let reach: Int

    /// Rates in Hz that an audio file or a model can have.
    static let rates = 1...1_000_000

    /// - Precondition: both rates lie in `rates`.
    init(from inputRate: Int, to outputRate: Int) {
        precondition(Self.rates.contains(inputRate) && Self.rates.contains(outputRate))
        let divisor = Self.greatestCommonDivisor(inputRate, outputRate)
        up = outputRate / divisor
        down = inputRate / divisor
        cutoff = Self.rolloff * min(1, Double(up) / Double(down))
        reach = Int((Self.zeroCrossings / cutoff).rounded(.up))
    }

    /// The audio at the new rate: as long in time, without delay; before and after the input is silence.
    ///
    /// - Throws: `InputError` when the result would be unreasonably large.
    func resample(_ input: [Float]) throws(InputError) -> [Float] {
        guard up != down, !input.isEmpty else { return input }
        let (scaled, overflow) = input.count.multipliedReportingOverflow(by: up)
        guard !overflow, scaled / down < 1 << 31 else { throw InputError("the resampled audio would be too long") }
        let count = (scaled + down - 1) / down
        let table = up * reach <= Self.maximumTableSize / 2 ? (0..<up).map { taps(phase: $0) } : []
        var output: [Float] = []
        output.reserveCapacity(count)
        for index in 0..<count {
            let (center, phase) = (index * down).quotientAndRemainder(dividingBy: up)
            let taps = table.isEmpty ? taps(phase: phase) : table[phase]
            // Tap t belongs to the input sample center - reach + 1 + t.
            let first = center - reach + 1
            var sum: Float = 0
            for tap in max(0, -first)..<max(0, -first, min(taps.count, input.count - first)) {
                sum += taps[tap] * input[first + tap]
            }
            output.append(sum)
        }
        return output
    }

    /// The weights of the `2 * reach` input samples around a position `phase / up` after a sample.
    private func taps(phase: Int) -> [Float] {
        let fraction = Double(phase) / Double(up)
        let weights = (0..<2 * reach).map { tap in
            weight(at: Double(tap - reach + 1) - fraction)
        }
        // Each set sums to one, so that a constant stays the same constant at every position.
        let sum = weights.reduce(0, +)
        return weights.map { Float($0 / sum) }
    }

    private func weight(at distance: Double) -> Double {
        let position = distance / Double(reach)
        guard abs(position) < 1 else { return 0 }
        let window =
            Self.bessel(Self.kaiserBeta * (1 - position * position).squareRoot()) / Self.bessel(Self.kaiserBeta)
        let angle = Double.pi * cutoff * distance
        return window * (angle == 0 ? 1 : sin(angle) / angle)
    }

    /// The modified Bessel function of the first kind and order 0, by its power series.
    private static func bessel(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        var index = 1.0
        while term > sum * 1e-12 {
            term *= (x / (2 * index)) * (x / (2 * index))
            sum += term
            index += 1
        }
        return sum
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        var (larger, smaller) = (first, second)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }
}
