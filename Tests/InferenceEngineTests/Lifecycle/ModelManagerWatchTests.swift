import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

/// Polling that goes on by itself, and what it makes of files that change under it.
struct ModelManagerWatchTests {
    private static let period = Duration.seconds(3_600)

    /// A clock on which settle times pass at once, and periods never do.
    private func clock(_ stepping: SteppingClock) -> LifecycleClock {
        let clock = stepping.clock
        return LifecycleClock(now: clock.now) { duration in
            if duration == Self.period { try? await Task.sleep(for: duration) } else { await clock.sleep(duration) }
        }
    }

    #if os(Linux)
        @Test func aChangeIsFoundBeforeThePeriodIsOver() async throws {
            let repository = try ManagedRepository()
            try repository.put("m")
            let manager = repository.manager(.poll) { $0.clock = clock(repository.clock) }
            _ = await manager.start()
            let polling = Task { await manager.runPolling(every: Self.period) }
            try repository.write("m/1/model.bin", "changed")
            await repository.factory.hasBegun("m:1", times: 2)
            try repository.put("late")
            await repository.factory.hasBegun("late:1")
            polling.cancel()
            await polling.value
        }

        @Test func whenNotEverythingCanBeWatchedOneLineSaysSo() async throws {
            let repository = try ManagedRepository()
            try repository.put("m")
            let manager = repository.manager(.poll) {
                $0.clock = clock(repository.clock)
                $0.watchLimit = 1
            }
            _ = await manager.start()
            let polling = Task { await manager.runPolling(every: Self.period) }
            await repository.log.has("some changes of the model repositories are found only every")
            polling.cancel()
            await polling.value
        }
    #endif

    @Test func withoutWatchesChangesAreFoundEachPeriod() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll) {
            $0.watchLimit = 0
            let stepping = repository.clock.clock
            $0.clock = LifecycleClock(now: stepping.now) { duration in
                await stepping.sleep(duration)
                await Task.yield()
            }
        }
        _ = await manager.start()
        let polling = Task { await manager.runPolling(every: Self.period) }
        try repository.write("m/1/model.bin", "changed")
        await repository.factory.hasBegun("m:1", times: 2)
        polling.cancel()
        await polling.value
    }

    @Test func filesThatChangeWhileTheyAreLoadedAreNotPutInService() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        let old = try manager.resolve("m", nil)
        try repository.write("m/1/model.bin", "first")
        repository.factory.hold("m:1")
        async let poll: Void = manager.poll()
        await repository.factory.hasBegun("m:1", times: 2)
        try repository.write("m/1/model.bin", "half of the second")
        repository.factory.letGo("m:1")
        await poll
        #expect(try manager.resolve("m", nil) === old)
        #expect(repository.log.count(of: "its files changed while they were loaded") == 1)

        await manager.poll()
        #expect(try manager.resolve("m", nil) !== old)
        #expect(repository.factory.loadCount("m:1") == 3)
    }

    @Test func whatFailedIsTriedAgainEachPeriodUnlessItsFilesAreChanging() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.fail("m:1", ServingError(.invalidArgument, "bad file"))
        let manager = repository.manager(.poll)
        _ = await manager.start()
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 2)
        await manager.poll(retryingFailed: false)
        #expect(repository.factory.loadCount("m:1") == 2)
        // A copy that never ends.
        try repository.write("m/1/model.bin", "0")
        repository.clock.onSleep { number in try? repository.write("m/1/model.bin", "\(number)") }
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 2)
        #expect(repository.log.count(of: "bad file") == 1, "the cause is told once")
    }
}
