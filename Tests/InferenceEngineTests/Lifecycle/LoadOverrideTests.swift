import Foundation
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

/// Load requests that bring a configuration, or files.
struct LoadOverrideTests {
    private static let identity = #"{"backend": "identity"}"#

    private func batching(_ size: Int) -> ModelLoadOverride {
        ModelLoadOverride(
            configurationJSON: """
                {"backend": "identity", "max_batch_size": \(size),
                 "input": [{"name": "INPUT0", "data_type": "TYPE_FP32", "dims": [4]}],
                 "output": [{"name": "OUTPUT0", "data_type": "TYPE_FP32", "dims": [4]}]}
                """)
    }

    private func batchSize(_ manager: ModelManager) throws -> Int32 {
        try manager.resolve("m", nil).configuration.maxBatchSize
    }

    // MARK: A configuration

    @Test func overridingConfigurationReplacesTheWholeFile() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", extra: "parameters { key: \"k\" value { string_value: \"v\" } }")
        let manager = repository.manager(.explicit)
        try await manager.load("m", override: batching(2))
        let servable = try #require(try manager.resolve("m", nil) as? FakeServable)
        #expect(servable.configuration.maxBatchSize == 2 && servable.configuration.parameters.isEmpty)
        // The files are those of the repository.
        #expect(servable.source.versionDirectory == repository.path + "/models/m/1")
    }

    @Test func overridingConfigurationIsKeptByLaterPlainLoads() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        try await manager.load("m", override: batching(2))
        #expect(try batchSize(manager) == 2)
        try await manager.load("m")
        #expect(try batchSize(manager) == 2)
        #expect(repository.factory.loadCount("m:1") == 2)
    }

    @Test func changedDirectoryEndsAnOverridingConfiguration() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m", override: batching(2))
        try repository.put("m", extra: "max_batch_size: 5")
        try await manager.load("m")
        #expect(try batchSize(manager) == 5)
    }

    @Test func unloadEndsAnOverridingConfiguration() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m", override: batching(2))
        try await manager.unload("m")
        try await manager.load("m")
        #expect(try batchSize(manager) == 0)
    }

    @Test(arguments: [
        ("{not json", "1:2: "), (#"{"max_batch_sizes": 2}"#, "max_batch_sizes"),
        (#"{"backend": "identity", "name": "other"}"#, "unexpected directory name 'm' for model 'other'"),
        ("[]", "expected an object, found a list"),
    ])
    func faultyConfigurationIsRefusedWithTheCauseAndTheModelServesOn(json: String, cause: String) async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let served = try manager.resolve("m", nil)
        let message = try #require(
            await errorMessage { try await manager.load("m", override: ModelLoadOverride(configurationJSON: json)) })
        #expect(message.hasPrefix("Internal: failed to load 'm', failed to poll from model repository: "))
        #expect(message.contains(cause))
        #expect(try manager.resolve("m", nil) === served)
    }

    @Test func ensembleOfAnOverridingConfigurationPullsItsModelsIn() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.put("other")
        try repository.putEnsemble("e", of: "m")
        let manager = repository.manager(.explicit)
        let json = """
            {"platform": "ensemble",
             "input": [{"name": "IN", "data_type": "TYPE_FP32", "dims": [4]}],
             "output": [{"name": "OUT", "data_type": "TYPE_FP32", "dims": [4]}],
             "ensemble_scheduling": {"step": [{"model_name": "other", "model_version": -1,
               "input_map": {"INPUT0": "IN"}, "output_map": {"OUTPUT0": "OUT"}}]}}
            """
        try await manager.load("e", override: ModelLoadOverride(configurationJSON: json))
        #expect(manager.readyServables().map(\.name) == ["e", "other"])
    }

    // MARK: Files

    @Test func overridingFilesNeedAConfiguration() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        #expect(
            await errorMessage { try await manager.load("m", override: ModelLoadOverride(files: ["1/x": []])) }
                == "Invalid argument: Load parameter 'config' must be specified for model file override")
    }

    @Test(arguments: ["../x", "/etc/x", "1/../../x", "1/..", "./x", "1//x", "", "1/\0"])
    func overridingFilesStayInTheModelDirectory(path: String) async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        let override = ModelLoadOverride(configurationJSON: "{}", files: [path: []])
        let message = await errorMessage { try await manager.load("m", override: override) }
        #expect(message?.hasPrefix("Invalid argument: ") == true)
        #expect(message?.contains("must stay inside the model directory") == true)
        #expect(repository.overrideRoots == [])
    }

    @Test func overridingFilesTakeThePlaceOfTheDirectory() async throws {
        let repository = try ManagedRepository()
        try repository.put("m", versions: [1, 2])
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let override = ModelLoadOverride(
            configurationJSON: Self.identity, files: ["7/model.bin": Array("hello".utf8)])
        try await manager.load("m", override: override)
        #expect(manager.readyVersions(of: "m") == [7])
        let servable = try #require(try manager.resolve("m", nil) as? FakeServable)
        let file = servable.source.versionDirectory + "/model.bin"
        #expect(FileManager.default.contents(atPath: file) == Data("hello".utf8))
    }

    @Test func modelOfOverridingFilesAloneIsNotInTheIndex() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        try await manager.load(
            "m", override: ModelLoadOverride(configurationJSON: Self.identity, files: ["1/x": [1]]))
        #expect(manager.isModelReady("m", version: 1))
        #expect(try await manager.index(readyOnly: false) == [])
    }

    @Test func overridingFilesArePrivate() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        #expect(repository.overrideRoots == [])
        try await manager.load(
            "m", override: ModelLoadOverride(configurationJSON: Self.identity, files: ["1/x": [1]]))
        let directories = repository.overrideRoots + repository.overrides
        #expect(directories.count == 2)
        for path in directories {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func plainLoadReturnsFromOverridingFilesToTheDirectory() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load(
            "m", override: ModelLoadOverride(configurationJSON: Self.identity, files: ["7/x": [1]]))
        try await manager.load("m")
        #expect(manager.readyVersions(of: "m") == [1])
        await repository.log.has("version 7 of 'm' has left memory")
        #expect(repository.overrides == [])
    }

    @Test func overridingFilesAreThereUntilTheModelHasLeftMemory() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        try await manager.load(
            "m", override: ModelLoadOverride(configurationJSON: Self.identity, files: ["1/x": [1]]))
        var pinned: (any Servable)? = try manager.resolve("m", nil)
        try await manager.unload("m")
        #expect(repository.overrides.count == 1 && pinned != nil)
        pinned = nil
        await repository.log.has("version 1 of 'm' has left memory")
        #expect(repository.overrides == [])
    }

    @Test func filesOfALoadThatFailedAreDeleted() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let unreadable = ModelLoadOverride(configurationJSON: "nonsense", files: ["7/x": [1]])
        #expect(await errorMessage { try await manager.load("m", override: unreadable) } != nil)
        let impossible = ModelLoadOverride(configurationJSON: Self.identity, files: ["7": [1], "7/x": [1]])
        let message = await errorMessage { try await manager.load("m", override: impossible) }
        #expect(message?.contains("failed to store the files of the load request") == true)
        repository.factory.fail("m:7", ServingError(.internal, "broken"))
        let broken = ModelLoadOverride(configurationJSON: Self.identity, files: ["7/x": [1]])
        #expect(await errorMessage { try await manager.load("m", override: broken) } != nil)
        #expect(manager.readyVersions(of: "m") == [1])
        try await manager.load("m")
        // What is thrown away is thrown away in order.
        try await manager.unload("m")
        await repository.log.has("version 1 of 'm' has left memory")
        #expect(repository.overrides == [])
    }

    // MARK: The end of a process

    @Test func nothingIsLeftAtExit() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        try await manager.load(
            "m", override: ModelLoadOverride(configurationJSON: Self.identity, files: ["1/x": [1]]))
        let pinned = try manager.resolve("m", nil)
        #expect(repository.overrides.count == 1)
        manager.removeOverridingFiles()
        #expect(repository.overrideRoots == [] && pinned.version == 1)
    }

    @Test func leftOversOfEndedProcessesAreDeletedAtStart() async throws {
        let repository = try ManagedRepository()
        let running = repository.manager(.explicit)
        try await running.load(
            "m", override: ModelLoadOverride(configurationJSON: Self.identity, files: ["1/x": [1]]))
        let kept = repository.overrides
        // Nobody holds the lock of the first; the others do not look like directories of this server.
        for file in ["nereid-gone/.lock", "nereid-gone/1/m/1/x", "nereid-unlocked/x", "other/.lock"] {
            try repository.write(file, "", in: "overrides")
        }
        try FileManager.default.createSymbolicLink(
            atPath: repository.path + "/overrides/nereid-link",
            withDestinationPath: repository.path + "/overrides/other")
        _ = await repository.manager(.explicit).start()
        let names = repository.overrideRoots.map { $0.split(separator: "/").last.map(String.init) ?? "" }
        #expect(!names.contains("nereid-gone"))
        #expect(Set(names).isSuperset(of: ["nereid-link", "nereid-unlocked", "other"]))
        #expect(FileManager.default.fileExists(atPath: kept[0] + "/m/1/x"))
        #expect(repository.log.count(of: "nereid-gone: files of load requests that a server left behind") == 1)
    }
}
