import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

/// Updates in place, from the file to the servable.
struct ModelManagerUpdateTests {
    private let threeInstances = "instance_group { count: 3 }"

    @Test func aPollThatFindsOtherInstanceGroupsUpdatesInPlace() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        let old = try manager.resolve("m", nil)
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: threeInstances))
        await manager.poll()
        #expect(try manager.resolve("m", nil) === old)
        #expect(old.configuration.instanceGroups.map(\.count) == [3])
        #expect(repository.factory.loadCount("m:1") == 1)
        #expect(repository.factory.loadCount("update m:1") == 1)
        #expect(repository.log.count(of: "updating in place: m:1") == 1)
    }

    @Test func anExplicitLoadUpdatesInPlace() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let old = try manager.resolve("m", nil)
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: threeInstances))
        try await manager.load("m")
        #expect(try manager.resolve("m", nil) === old)
        #expect(old.configuration.instanceGroups.map(\.count) == [3])
        try await manager.load("m")
        #expect(repository.factory.loadCount("m:1") == 1)
        #expect(repository.factory.loadCount("update m:1") == 1)
    }

    @Test func aVersionPolicyShowsInTheConfigurationOfWhatStays() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", versions: [1, 2])
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let second = try manager.resolve("m", 2)
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: "version_policy { all {} }"))
        try await manager.load("m")
        #expect(manager.readyVersions(of: "m") == [1, 2])
        #expect(try manager.resolve("m", 2) === second)
        #expect(second.configuration.versionPolicy == .all)
        try repository.write(
            "m/config.pbtxt", ManagedRepository.configuration(extra: "version_policy { specific { versions: 1 } }"))
        try await manager.load("m")
        #expect(manager.readyVersions(of: "m") == [1])
    }

    @Test func aFailedUpdateTellsTheCauseAndTheModelServesAsBefore() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        try await manager.load("m")
        let old = try manager.resolve("m", nil)
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: threeInstances))
        repository.factory.fail("update m:1", ServingError(.unavailable, "no memory"))
        let message = await errorMessage { try await manager.load("m") }
        #expect(message?.contains("load failed for model 'm': ") == true && message?.contains("no memory") == true)
        #expect(try manager.resolve("m", nil) === old && manager.isReady)
        #expect(old.configuration.instanceGroups.map(\.count) == [1])
    }

    @Test func filesThatEditorsLeaveBesideTheConfigurationReloadNothing() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        try repository.write("m/.config.pbtxt.swp", "being edited")
        try repository.write("m/config.pbtxt~", "before")
        await manager.poll()
        try repository.remove("m/.config.pbtxt.swp")
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: threeInstances))
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 1)
        #expect(repository.factory.loadCount("update m:1") == 1)
    }
}
