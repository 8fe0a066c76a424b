import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Explicit load and unload.
struct ModelManagerControlTests {
    @Test(arguments: [ModelControlMode.none, .poll])
    func controlRequestsNeedExplicitMode(mode: ModelControlMode) async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(mode)
        let expected = "Unavailable: explicit model load / unload is not allowed if polling is enabled"
        #expect(await errorMessage { try await manager.load("m") } == expected)
        #expect(await errorMessage { try await manager.unload("m") } == expected)
    }

    @Test func loadAndUnload() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        try await manager.load("m")
        try await manager.load("m")
        #expect(repository.factory.loadCount("m:1") == 1)
        #expect(try await manager.index(readyOnly: true) == [.init(name: "m", version: 1, state: .ready)])
        try await manager.unload("m")
        #expect(!manager.isModelReady("m", version: nil))
        await repository.log.has("version 1 of 'm' has left memory")
        #expect(
            try await manager.index(readyOnly: false)
                == [.init(name: "m", version: 1, state: .unavailable, reason: "unloaded")])
        #expect(manager.isReady)
        try await manager.unload("nosuch")
    }

    @Test func pinnedVersionIsUnloadingUntilItsLastUserHasGone() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        var pinned: (any Servable)? = try manager.resolve("m", nil)
        try await manager.unload("m")
        #expect(try await manager.index(readyOnly: false) == [.init(name: "m", version: 1, state: .unloading)])
        #expect(repository.log.count(of: "has left memory") == 0)
        #expect(pinned?.version == 1)
        pinned = nil
        await repository.log.has("version 1 of 'm' has left memory")
        #expect(try await manager.index(readyOnly: false).first?.reason == "unloaded")
    }

    @Test func oldVersionServesUntilTheNewOneIsReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let old = try manager.resolve("m", nil)
        try repository.write("m/1/model.bin", "changed")
        repository.factory.hold("m:1")
        async let reload: Void = manager.load("m")
        await repository.factory.hasBegun("m:1", times: 2)
        #expect(try manager.resolve("m", nil) === old)
        #expect(manager.isModelReady("m", version: 1))
        repository.factory.letGo("m:1")
        try await reload
        #expect(try manager.resolve("m", nil) !== old)
    }

    @Test func failedReloadKeepsTheOldVersionAndTellsTheCause() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let old = try manager.resolve("m", nil)
        try repository.write("m/1/model.bin", "changed")
        repository.factory.fail("m:1", ServingError(.invalidArgument, "bad file"))
        #expect(
            await errorMessage { try await manager.load("m") } == "Invalid argument: load failed for model 'm': "
                + "version 1 is at UNAVAILABLE state: Invalid argument: bad file;\n")
        #expect(try manager.resolve("m", nil) === old)

        try repository.write("m/config.pbtxt", "max_batchsize: 3")
        let message = try #require(await errorMessage { try await manager.load("m") })
        #expect(message.hasPrefix("Internal: failed to load 'm', failed to poll from model repository: "))
        #expect(message.contains("config.pbtxt:1:1") && message.contains("max_batch_size"))
        #expect(try manager.resolve("m", nil) === old)
    }

    @Test func versionsSwitchTogetherOrNotAtAll() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", versions: [1, 2], extra: "version_policy { all {} }")
        let manager = repository.manager(.explicit)
        repository.factory.fail("m:2", ServingError(.internal, "second is broken"))
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(manager.readyVersions(of: "m") == [])
        repository.factory.fail("m:2", nil)
        repository.factory.hold("m:2")
        async let load: Void = manager.load("m")
        await repository.factory.hasBegun("m:2", times: 2)
        #expect(manager.readyVersions(of: "m") == [])
        repository.factory.letGo("m:2")
        try await load
        #expect(manager.readyVersions(of: "m") == [1, 2])
    }

    @Test func differentModelsLoadInParallel() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b"] {
            try repository.put(name)
            repository.factory.hold("\(name):1")
        }
        let manager = repository.manager(.explicit)
        async let first: Void = manager.load("a")
        async let second: Void = manager.load("b")
        await repository.factory.hasBegun("a:1")
        await repository.factory.hasBegun("b:1")
        repository.factory.letGo("b:1")
        try await second
        #expect(manager.isModelReady("b", version: nil) && !manager.isModelReady("a", version: nil))
        repository.factory.letGo("a:1")
        try await first
    }

    @Test func unloadOvertakesARunningLoad() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.hold("m:1")
        let manager = repository.manager(.explicit)
        async let outcome = errorMessage { try await manager.load("m") }
        await repository.factory.hasBegun("m:1")
        try await manager.unload("m")
        #expect(await outcome?.contains("current load operation is out-dated") == true)
        repository.factory.letGo("m:1")
        await repository.log.has("version 1 of 'm' has left memory")
        #expect(!manager.isModelReady("m", version: nil))
    }

    @Test func ensemblePullsInFollowsAndComesBack() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.putEnsemble("e", of: "m")
        let manager = repository.manager(.explicit)
        try await manager.load("e")
        #expect(manager.readyServables().map(\.name) == ["e", "m"])
        try await manager.unload("m")
        #expect(manager.readyServables().isEmpty)
        try await manager.load("m")
        #expect(manager.readyServables().map(\.name) == ["e", "m"])
        try await manager.unload("e", unloadDependents: true)
        #expect(manager.readyServables().map(\.name) == ["m"])
    }

    @Test func ensembleThatDoesNotFitItsModelsFailsAsAWhole() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.putEnsemble("e", of: "m", width: 99)
        let manager = repository.manager(.explicit)
        let message = try #require(await errorMessage { try await manager.load("e") })
        #expect(
            message.hasPrefix(
                "Invalid argument: load failed for model 'e': in ensemble e, ensemble tensor IN: inconsistent shape"))
        #expect(repository.factory.loadCount("e:1") == 0)
        let entry = try #require(try await manager.index(readyOnly: false).first)
        #expect(entry.name == "e" && entry.version == nil && entry.state == .unavailable)
        #expect(entry.reason.hasPrefix("in ensemble e, ensemble tensor IN: inconsistent shape"))
        #expect(
            await errorMessage { _ = try manager.resolve("e", nil) }
                == "Not found: Request for unknown model: 'e' is not found")
    }

    @Test(arguments: ["", "..", ".", "a/b"]) func namesThatAreNoNamesAreRefused(name: String) async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        #expect(await errorMessage { try await manager.load(name) }?.hasPrefix("Invalid argument: ") == true)
    }
}
