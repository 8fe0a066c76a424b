import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelRepository
import Testing

/// The repository index tells what became of every model directory, and why.
struct RepositoryIndexTests {
    private func reasons(_ manager: ModelManager) async throws -> [String] {
        try await manager.index(readyOnly: false).map(\.reason)
    }

    @Test func modelThatWasNeverLoadedHasOnlyAName() async throws {
        let repository = try ManagedRepository()
        try repository.write("m/config.pbtxt", "nonsense")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        #expect(try await manager.index(readyOnly: false) == [.init(name: "m")])
        #expect(try await manager.index(readyOnly: true) == [])
    }

    @Test func repositoryWithoutModelsHasAnEmptyIndex() async throws {
        let repository = try ManagedRepository()
        #expect(try await repository.manager(.explicit).index(readyOnly: false) == [])
    }

    @Test(arguments: [ModelControlMode.none, .poll, .explicit])
    func configurationThatCannotBeReadIsTheReason(mode: ModelControlMode) async throws {
        let repository = try ManagedRepository()
        try repository.write("m/config.pbtxt", "backend: \"identity\"\nmax_batchsize: 4\n")
        let manager = repository.manager(mode) { $0.startupModels = ["*"] }
        _ = await manager.start()
        let entry = try #require(try await manager.index(readyOnly: false).first)
        #expect(entry.name == "m" && entry.version == nil && entry.state == .unavailable)
        #expect(entry.reason.contains("config.pbtxt:2:1: ") && entry.reason.contains("max_batchsize"))
        #expect(try await manager.index(readyOnly: true) == [])
    }

    @Test func failedLoadRequestIsTheReasonUntilTheFileIsMended() async throws {
        let repository = try ManagedRepository()
        try repository.write("m/config.pbtxt", "nonsense")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(try await reasons(manager).first?.contains("config.pbtxt:1:") == true)
        try repository.put("m")
        try await manager.load("m")
        #expect(try await manager.index(readyOnly: false) == [.init(name: "m", version: 1, state: .ready)])
    }

    @Test func versionThatFailedTellsItsCause() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.fail("m:1", ServingError(.internal, "the file is cut off"))
        let manager = repository.manager(.none)
        _ = await manager.start()
        #expect(
            try await manager.index(readyOnly: false) == [
                .init(name: "m", version: 1, state: .unavailable, reason: "Internal: the file is cut off")
            ])
    }

    @Test func modelWithoutASelectedVersionIsUnavailable() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", extra: "version_policy { specific { versions: [7] } }")
        let manager = repository.manager(.explicit)
        #expect(try await manager.index(readyOnly: false) == [.init(name: "m")])
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(
            try await manager.index(readyOnly: false) == [
                .init(
                    name: "m", state: .unavailable,
                    reason: "at least one version must be available under the version policy of model 'm'")
            ])
    }

    @Test func ensembleTellsWhichComposingModelIsMissingAndWhy() async throws {
        let repository = try ManagedRepository()
        try repository.putEnsemble("e", of: "m")
        try repository.write("m/config.pbtxt", "nonsense")
        let manager = repository.manager(.none)
        _ = await manager.start()
        let reason = try #require(try await reasons(manager).first)
        #expect(reason.hasPrefix("ensemble e contains models that are not available or ambiguous: m; 'm': "))
        #expect(reason.contains("config.pbtxt:1:"))
    }

    @Test func failedReloadIsToldBesideTheVersionThatServesOn() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        try repository.write("m/1/model.bin", "changed")
        repository.factory.fail("m:1", ServingError(.internal, "bad file"))
        #expect(await errorMessage { try await manager.load("m") } != nil)
        let words = "the last load failed, this version serves on: "
        #expect(
            try await manager.index(readyOnly: true) == [
                .init(name: "m", version: 1, state: .ready, reason: words + "Internal: bad file")
            ])

        try repository.write("m/config.pbtxt", "nonsense")
        #expect(await errorMessage { try await manager.load("m") } != nil)
        let reason = try #require(try await reasons(manager).first)
        #expect(reason.hasPrefix(words) && reason.contains("config.pbtxt:1:"))

        try await manager.unload("m")
        while try await manager.index(readyOnly: false).first?.state == .unloading { await Task.yield() }
        #expect(try await reasons(manager) == ["unloaded"])
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(try await reasons(manager).first?.hasPrefix("unloaded; the last load failed: ") == true)
        repository.factory.fail("m:1", nil)
        try repository.put("m")
        try await manager.load("m")
        #expect(try await reasons(manager) == [""])
    }

    @Test func newVersionThatFailedTellsTheCauseAndTheOldOneNothing() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        try repository.write("m/2/model.bin", "")
        repository.factory.fail("m:2", ServingError(.internal, "bad file"))
        #expect(await errorMessage { try await manager.load("m") } != nil)
        #expect(
            try await manager.index(readyOnly: false) == [
                .init(name: "m", version: 1, state: .ready),
                .init(name: "m", version: 2, state: .unavailable, reason: "Internal: bad file"),
            ])
    }

    @Test func faultyOverrideIsNotTheModelsFault() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let override = ModelLoadOverride(configurationJSON: #"{"max_batch_sizes": 2}"#)
        #expect(await errorMessage { try await manager.load("m", override: override) } != nil)
        #expect(try await reasons(manager) == [""])
    }

    @Test func vanishedDirectoryIsForgotten() async throws {
        let repository = try ManagedRepository()
        try repository.write("m/config.pbtxt", "nonsense")
        let manager = repository.manager(.poll)
        _ = await manager.start()
        try repository.remove("m")
        await manager.poll()
        #expect(try await manager.index(readyOnly: false) == [])
        try repository.put("m")
        await manager.poll()
        #expect(try await manager.index(readyOnly: false) == [.init(name: "m", version: 1, state: .ready)])
    }
}
