import Testing

@testable import InferenceEngine

/// Why and when the repositories are looked at.
struct PollScheduleTests {
    @Test func whatHappensWhileNobodyWaitsIsKeptAndCountsOnce() async {
        let schedule = PollSchedule()
        schedule.noteChange()
        schedule.noteChange()
        #expect(await schedule.next() == .change)
        schedule.periodIsOver()
        #expect(await schedule.next() == .period)
        schedule.end()
        #expect(await schedule.next() == nil)
    }

    @Test func lookingEachPeriodCoversWhatChanged() async {
        let schedule = PollSchedule()
        schedule.noteChange()
        schedule.periodIsOver()
        #expect(await schedule.next() == .period)
        schedule.end()
        #expect(await schedule.next() == nil)
    }

    @Test func whoWaitsIsWoken() async {
        let schedule = PollSchedule()
        async let first = schedule.next()
        await Task.yield()
        schedule.noteChange()
        #expect(await first == .change)
        async let second = schedule.next()
        await Task.yield()
        schedule.end()
        #expect(await second == nil)
    }
}
