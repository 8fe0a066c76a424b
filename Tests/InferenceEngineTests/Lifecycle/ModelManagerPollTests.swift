import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Poll mode, with a clock that the tests move.
struct ModelManagerPollTests {
    @Test func changeIsTakenOnceItsFilesAreQuiet() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        let old = try manager.resolve("m", nil)
        try repository.write("m/1/model.bin", "half")
        // The copy goes on while the first settle time passes.
        repository.clock.onSleep { number in
            if number == 1 { try? repository.write("m/1/model.bin", "half and the rest") }
        }
        await manager.poll()
        #expect(repository.clock.sleepCount == 2)
        #expect(repository.factory.loadCount("m:1") == 2)
        #expect(try manager.resolve("m", nil) !== old)
    }

    @Test func modelThatIsNeverQuietIsLeftAlone() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        try repository.write("m/1/model.bin", "0")
        repository.clock.onSleep { number in try? repository.write("m/1/model.bin", "\(number)") }
        await manager.poll()
        #expect(repository.clock.sleepCount == 3)
        #expect(repository.factory.loadCount("m:1") == 1)
        await manager.poll()
        #expect(repository.log.count(of: "the files of model 'm' keep changing") == 1)

        repository.clock.onSleep { _ in }
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 2)
    }

    @Test func unchangedRepositoryNeedsNoWaiting() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        await manager.poll()
        #expect(repository.clock.sleepCount == 0)
        #expect(repository.factory.loadCount("m:1") == 1)
    }

    @Test func modelsComeAndGo() async throws {
        let repository = try ManagedRepository()
        try repository.put("a")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        try repository.put("b")
        try repository.remove("a")
        await manager.poll()
        #expect(manager.readyServables().map(\.name) == ["b"])
        #expect(try await manager.index(readyOnly: false) == [.init(name: "b", version: 1, state: .ready)])
    }

    @Test func brokenConfigurationLeavesTheModelServingUntilItIsMended() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        let old = try manager.resolve("m", nil)
        try repository.write("m/config.pbtxt", "nonsense")
        await manager.poll()
        #expect(try manager.resolve("m", nil) === old)
        try repository.put("m", extra: "max_batch_size: 8")
        await manager.poll()
        #expect(try manager.resolve("m", nil).configuration.maxBatchSize == 8)
    }

    @Test func repositoryThatIsAwayUnloadsNothing() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        try repository.remove("")
        await manager.poll()
        #expect(manager.isModelReady("m", version: nil))
        #expect(repository.log.count(of: "failed to read the directory") == 1)
    }

    @Test func pollingIsForPollModeOnly() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.none)
        _ = await manager.start()
        try repository.put("m")
        await manager.poll()
        #expect(manager.readyServables().isEmpty)
    }
}
