import Testing

@testable import InferenceEngine

struct DurationTests {
    @Test(arguments: [
        (Duration.zero, UInt64(0)), (.nanoseconds(1), 1), (.seconds(9), 9_000_000_000),
        (.seconds(86_400) + .nanoseconds(7), 86_400_000_000_007), (.nanoseconds(-5), 0), (.seconds(-86_400), 0),
        (.microseconds(Int64.max), .max),
    ])
    func nanosecondsNeverWrapAround(_ duration: Duration, _ expected: UInt64) {
        let now = ContinuousClock.now
        #expect(now.nanoseconds(to: now + duration) == expected)
    }

    @Test func countersOfHugeBatchesDoNotTrap() {
        let statistics = ModelStatistics(name: "m", version: 1)
        let none = ComputeDurations(input: 0, infer: 0, output: 0)
        for _ in 0..<2 {
            let request = RequestRecord(isSuccess: true, inferences: .max, queue: .max, total: .max)
            statistics.record(
                ExecutionRecord(batchSize: .max, compute: none, requests: [request], finishedAtMilliseconds: 1))
        }
        #expect(statistics.snapshot().success.count == 2)
    }
}
