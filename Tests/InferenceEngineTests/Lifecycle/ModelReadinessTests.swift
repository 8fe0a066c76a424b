import InferenceEngine
import InferenceTesting
import InferenceTypes
import Testing

/// When the server is ready: a rule each, with strict readiness unless said otherwise.
struct ModelReadinessTests {
    private func started(_ repository: ManagedRepository, strictly: Bool = true) async -> ModelManager {
        let manager = repository.manager(.explicit) { $0.hasStrictReadiness = strictly }
        _ = await manager.start()
        return manager
    }

    @Test func modelThatLoadsForTheFirstTimeMakesTheServerNotReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.hold("m:1")
        let manager = await started(repository)
        #expect(manager.isReady)
        async let load: Void = manager.load("m")
        await repository.factory.hasBegun("m:1")
        #expect(!manager.isReady)
        repository.factory.letGo("m:1")
        try await load
        #expect(manager.isReady)
    }

    @Test func reloadOfAServingVersionLeavesTheServerReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try await manager.load("m")
        try repository.write("m/1/model.bin", "changed")
        repository.factory.hold("m:1")
        async let load: Void = manager.load("m")
        await repository.factory.hasBegun("m:1", times: 2)
        #expect(manager.isReady)
        repository.factory.letGo("m:1")
        try await load
        #expect(manager.isReady)
    }

    @Test func modelThatFailedOnceKeepsTheServerNotReadyUntilItLoads() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.put("other")
        repository.factory.fail("m:1", ServingError(.internal, "broken"), times: 1)
        let manager = await started(repository)
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(!manager.isReady)
        try await manager.load("other")
        #expect(!manager.isReady)
        try await manager.load("m")
        #expect(manager.isReady)
    }

    @Test func failedReloadOfAServingVersionLeavesTheServerReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try await manager.load("m")
        try repository.write("m/1/model.bin", "changed")
        repository.factory.fail("m:1", ServingError(.internal, "broken"))
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(manager.isReady && manager.isModelReady("m", version: 1))
    }

    @Test func failedNewVersionMakesTheServerNotReadyAlthoughTheOldOneServes() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try await manager.load("m")
        try repository.write("m/2/model.bin", "")
        repository.factory.fail("m:2", ServingError(.internal, "broken"))
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(!manager.isReady && manager.isModelReady("m", version: 1))
    }

    @Test func modelWithoutAnyVersionMakesTheServerNotReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", extra: "version_policy { specific { versions: [7] } }")
        let manager = await started(repository)
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(!manager.isReady)
    }

    @Test func modelThatUnloadsMakesTheServerNotReadyUntilItHasGone() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try await manager.load("m")
        var pinned: (any Servable)? = try manager.resolve("m", nil)
        try await manager.unload("m")
        #expect(!manager.isReady && pinned?.version == 1)
        pinned = nil
        await repository.log.has("version 1 of 'm' has left memory")
        #expect(manager.isReady)
    }

    @Test func configurationThatCannotBeReadDoesNotCount() async throws {
        let repository = try ManagedRepository()
        try repository.write("m/config.pbtxt", "nonsense")
        let manager = await started(repository)
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(manager.isReady)
    }

    @Test func withoutStrictReadinessOnlyTheStartCounts() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.fail("m:1", ServingError(.internal, "broken"))
        let manager = repository.manager(.explicit) { $0.hasStrictReadiness = false }
        #expect(!manager.isReady)
        _ = await manager.start()
        #expect(manager.isReady)
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(manager.isReady)
        manager.beginShutdown()
        #expect(!manager.isReady)
    }
}
