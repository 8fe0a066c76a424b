import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// The rules by which mode poll follows a repository, as clients see them.
struct PollingRuleTests {
    private func started(
        _ repository: ManagedRepository, repositories: [String] = ["models"]
    ) async -> ModelManager {
        let manager = repository.manager(.poll, repositories: repositories)
        _ = await manager.start()
        return manager
    }

    @Test func aNewVersionIsServedBesideOrInsteadOfTheOldOneAsThePolicySays() async throws {
        let repository = try ManagedRepository()
        try repository.put("newest")
        try repository.put("all", extra: "version_policy { all {} }")
        let manager = await started(repository)
        try repository.write("newest/2/model.bin", "2")
        try repository.write("all/2/model.bin", "2")
        await manager.poll()
        #expect(manager.readyVersions(of: "newest") == [2])
        #expect(manager.readyVersions(of: "all") == [1, 2])
        #expect(try manager.resolve("all", nil).version == 2, "without a version the largest answers")
        #expect(repository.factory.loadCount("all:1") == 1, "the old version is not loaded again")
    }

    @Test func aDeletedVersionLeavesService() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", versions: [1, 2], extra: "version_policy { all {} }")
        let manager = await started(repository)
        try repository.remove("m/2")
        await manager.poll()
        #expect(manager.readyVersions(of: "m") == [1])
        #expect(repository.factory.loadCount("m:1") == 1)
    }

    @Test func onlyTheChangedVersionIsLoadedAgain() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", versions: [1, 2], extra: "version_policy { all {} }")
        let manager = await started(repository)
        try repository.write("m/2/model.bin", "changed")
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 1 && repository.factory.loadCount("m:2") == 2)
    }

    @Test func aChangedLabelFileReloadsEveryVersion() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", versions: [1, 2], extra: "version_policy { all {} }")
        try repository.write("m/labels.txt", "cat")
        let manager = await started(repository)
        try repository.write("m/labels.txt", "dog")
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 2 && repository.factory.loadCount("m:2") == 2)
    }

    @Test func aTouchedConfigurationThatSaysTheSameReloadsNothing() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: "# a remark"))
        await manager.poll()
        #expect(repository.factory.loadCount("m:1") == 1)
    }

    @Test func aFileWhoseNameBeginsTheConfigurationsIsNoSecondConfiguration() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.write("m/config", "anything")
        let manager = await started(repository)
        #expect(manager.readyVersions(of: "m") == [1])
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(extra: "instance_group { count: 2 }"))
        await manager.poll()
        #expect(repository.factory.loadCount("update m:1") == 1)
    }

    @Test func aModelThatASecondRepositoryHasTooIsUnloadedAndComesBackWhenOneIsGone() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.write("n/1/model.bin", "", in: "second")
        try repository.write("n/config.pbtxt", ManagedRepository.configuration(), in: "second")
        let manager = await started(repository, repositories: ["models", "second"])
        #expect(manager.readyServables().map(\.name) == ["m", "n"])
        try repository.write("m/1/model.bin", "", in: "second")
        await manager.poll()
        await manager.poll()
        #expect(manager.readyServables().map(\.name) == ["n"])
        #expect(repository.log.count(of: "model appears in two or more repositories") == 1)
        #expect(
            try await manager.index(readyOnly: false).first
                == .init(name: "m", state: .unavailable, reason: "model appears in two or more repositories"))
        try repository.remove("m")
        try repository.write("m/config.pbtxt", ManagedRepository.configuration(), in: "second")
        await manager.poll()
        #expect(manager.readyServables().map(\.name) == ["m", "n"])
    }

    @Test func aBrokenConfigurationIsToldOnceAndLookedAtAgainOnEveryPoll() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try repository.write("m/config.pbtxt", "nonsense")
        for _ in 0..<3 { await manager.poll() }
        #expect(repository.log.count(of: "Poll failed for model directory 'm'") == 1)
        #expect(manager.isModelReady("m", version: 1) && manager.isReady)
        try repository.write("m/config.pbtxt", "other nonsense")
        await manager.poll()
        #expect(repository.log.count(of: "Poll failed for model directory 'm'") == 2)
    }

    @Test func aModelWhoseConfigurationIsDeletedIsReadByItsFilesOrGoesOnAsItWas() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        let old = try manager.resolve("m", nil)
        try repository.remove("m/config.pbtxt")
        await manager.poll()
        #expect(try manager.resolve("m", nil) === old)
        try repository.put("m", extra: "max_batch_size: 4")
        await manager.poll()
        #expect(try manager.resolve("m", nil).configuration.maxBatchSize == 4)
    }

    @Test func aNewVersionThatFailsIsUnavailableWithTheReasonAndTheServerNotReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", extra: "version_policy { all {} }")
        let manager = await started(repository)
        repository.factory.fail("m:2", ServingError(.invalidArgument, "bad file"))
        try repository.write("m/2/model.bin", "2")
        await manager.poll()
        #expect(manager.readyVersions(of: "m") == [1] && !manager.isReady)
        let index = try await manager.index(readyOnly: false)
        #expect(index.map(\.state) == [.ready, .unavailable] && index[1].reason.contains("bad file"))
        repository.factory.fail("m:2", nil)
        await manager.poll()
        #expect(manager.readyVersions(of: "m") == [1, 2] && manager.isReady)
    }

    @Test func anExistingVersionWhoseReloadFailsStaysReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        repository.factory.fail("m:1", ServingError(.invalidArgument, "bad file"))
        try repository.write("m/1/model.bin", "broken")
        await manager.poll()
        #expect(manager.isReady)
        #expect(try await manager.index(readyOnly: false).map(\.state) == [.ready])
    }

    @Test func versionsThatThePolicyNamesAndThatAreMissingAreToldOnce() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", extra: "version_policy { specific { versions: [1, 7, 9] } }")
        let manager = await started(repository)
        await manager.poll()
        #expect(manager.readyVersions(of: "m") == [1])
        #expect(repository.log.count(of: "version policy of model 'm' names versions that do not exist: 7, 9") == 1)
    }

    @Test func aPolicyThatSelectsNothingIsAFailureAndTheOldVersionStays() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = await started(repository)
        try repository.write(
            "m/config.pbtxt", ManagedRepository.configuration(extra: "version_policy { specific { versions: 7 } }"))
        await manager.poll()
        #expect(manager.readyVersions(of: "m") == [1])
        #expect(
            repository.log.count(of: "at least one version must be available under the version policy of model 'm'")
                == 1)
    }
}
