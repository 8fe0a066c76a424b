import Foundation
import Testing

@testable import nereid

struct ResamplerTests {
    private func sine(_ frequency: Double, rate: Int, count: Int) -> [Float] {
        (0..<count).map { Float(sin(2 * .pi * frequency * Double($0) / Double(rate))) }
    }

    /// The power of `signal` against that of its difference from `reference`, in dB, away from the ends.
    private func ratio(_ signal: [Float], _ reference: [Float]) -> Double {
        let margin = signal.count / 4
        var power = 0.0
        var noise = 0.0
        for index in margin..<signal.count - margin {
            power += Double(reference[index]) * Double(reference[index])
            noise += pow(Double(signal[index]) - Double(reference[index]), 2)
        }
        return 10 * log10(power / max(noise, 1e-30))
    }

    @Test(arguments: [
        (44100, 16000), (48000, 16000), (8000, 16000), (22050, 16000), (11025, 16000), (16000, 44100), (96000, 8000),
    ])
    func tonesBelowTheLimitPassUnchanged(from: Int, to: Int) throws {
        let limit = Double(min(from, to)) / 2
        for part in [0.05, 0.4, 0.85] {
            let count = from / 20
            let output = try Resampler(from: from, to: to).resample(sine(part * limit, rate: from, count: count))
            #expect(output.count == (count * to + from - 1) / from)
            let decibels = ratio(output, sine(part * limit, rate: to, count: output.count))
            #expect(decibels > 85, "\(part * limit) Hz from \(from) to \(to): \(decibels) dB")
        }
    }

    @Test(arguments: [(44100, 16000, 9000.0), (48000, 16000, 15000), (48000, 16000, 8400), (22050, 8000, 5000)])
    func tonesAboveTheLimitDisappear(from: Int, to: Int, frequency: Double) throws {
        let output = try Resampler(from: from, to: to).resample(sine(frequency, rate: from, count: from / 10))
        let middle = output[output.count / 4..<output.count * 3 / 4]
        let loudest = middle.map { abs(Double($0)) }.max() ?? 0
        #expect(20 * log10(loudest + 1e-12) < -80)
    }

    @Test func aConstantStaysTheSameConstant() throws {
        let output = try Resampler(from: 44100, to: 16000).resample(Array(repeating: 0.5, count: 8000))
        for sample in output[500..<output.count - 500] { #expect(abs(sample - 0.5) < 1e-5) }
    }

    @Test func equalRatesAndSilenceCostNothing() throws {
        let input: [Float] = [1, -1, 0.5]
        #expect(try Resampler(from: 16000, to: 16000).resample(input) == input)
        #expect(try Resampler(from: 8000, to: 16000).resample([]).isEmpty)
        #expect(try Resampler(from: 8000, to: 16000).resample([1]).count == 2)
    }

    @Test func awkwardRatesWorkWithoutATable() throws {
        let output = try Resampler(from: 44101, to: 16001).resample(sine(1000, rate: 44101, count: 1600))
        #expect(ratio(output, sine(1000, rate: 16001, count: output.count)) > 85)
    }
}
