import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelRepository
import Testing

/// Start-up, readiness, the index and the words of errors.
struct ModelManagerStartTests {
    @Test func loadsEverythingAndTellsHowItWent() async throws {
        let repository = try ManagedRepository()
        try repository.put("good", versions: [1, 3], extra: "version_policy { all {} }")
        try repository.put("broken")
        try repository.write("unparsable/config.pbtxt", "max_batchsize: 4")
        repository.factory.fail("broken:1", ServingError(.internal, "no such file"))
        let manager = repository.manager(.none)
        #expect(!manager.isReady)
        let report = await manager.start()
        #expect(report.rows.map(\.model) == ["broken", "good", "good", "unparsable"])
        #expect(report.rows.map(\.version) == [1, 1, 3, nil])
        #expect(report.rows.map(\.state) == [.unavailable, .ready, .ready, .unavailable])
        #expect(report.rows[0].reason == "Internal: no such file")
        #expect(report.rows[3].reason.contains("config.pbtxt:1:1"))
        #expect(report.hasFailures)
        #expect(manager.readyVersions(of: "good") == [1, 3])
        #expect(manager.readyServables().map(\.version) == [1, 3])
    }

    @Test func serverIsReadyOnlyWhenAllHasLoaded() async throws {
        let repository = try ManagedRepository()
        try repository.put("slow")
        repository.factory.hold("slow:1")
        let manager = repository.manager(.none)
        async let report = manager.start()
        await repository.factory.hasBegun("slow:1")
        #expect(!manager.isReady)
        #expect(!manager.isModelReady("slow", version: nil))
        #expect(try await manager.index(readyOnly: false) == [.init(name: "slow", version: 1, state: .loading)])
        repository.factory.letGo("slow:1")
        #expect(await !report.hasFailures)
        #expect(manager.isReady)
        #expect(manager.isModelReady("slow", version: 1))
        #expect(!manager.isModelReady("slow", version: 2))
    }

    @Test(arguments: [true, false]) func strictReadinessMindsFailedModels(isStrict: Bool) async throws {
        let repository = try ManagedRepository()
        try repository.put("broken")
        repository.factory.fail("broken:1", ServingError(.internal, "broken"))
        let manager = repository.manager(.none) { $0.hasStrictReadiness = isStrict }
        _ = await manager.start()
        #expect(manager.isReady == !isStrict)
    }

    @Test func explicitServerWithNothingLoadedIsReady() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        let report = await manager.start()
        #expect(report.rows.isEmpty)
        #expect(manager.isReady)
        #expect(try await manager.index(readyOnly: false) == [.init(name: "m")])
    }

    @Test func explicitStartLoadsTheNamedModelsOrAll() async throws {
        let repository = try ManagedRepository()
        try repository.put("a")
        try repository.put("b")
        let named = repository.manager(.explicit) { $0.startupModels = ["b", "nosuch"] }
        let report = await named.start()
        #expect(report.rows.map(\.model) == ["b", "nosuch"])
        #expect(report.hasFailures)
        let all = repository.manager(.explicit) { $0.startupModels = ["*"] }
        #expect(await all.start().rows.map(\.model) == ["a", "b"])
    }

    @Test func unreadableRepositoryIsReported() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.none, repositories: ["models", "nosuch"])
        let report = await manager.start()
        #expect(report.repositoryError?.message.contains("nosuch") == true)
        #expect(report.hasFailures)
    }

    @Test func resolveUsesTritonsWords() async throws {
        let repository = try ManagedRepository()
        try repository.put("good", versions: [1, 2, 3], extra: "version_policy { specific { versions: [1, 2] } }")
        try repository.put("broken")
        try repository.put("noversion", extra: "version_policy { specific { versions: [7] } }")
        try repository.write("unparsable/config.pbtxt", "nonsense")
        repository.factory.fail("broken:1", ServingError(.internal, "broken"))
        let manager = repository.manager(.none)
        _ = await manager.start()
        #expect(try manager.resolve("good", nil).version == 2)
        #expect(try manager.resolve("good", 1).version == 1)
        func error(_ name: String, _ version: Int64?) -> ServingError? {
            do throws(ServingError) {
                _ = try manager.resolve(name, version)
                return nil
            } catch { return error }
        }
        #expect(error("nosuch", nil) == .init(.notFound, "Request for unknown model: 'nosuch' is not found"))
        #expect(error("unparsable", nil) == .init(.notFound, "Request for unknown model: 'unparsable' is not found"))
        #expect(error("good", 3) == .init(.notFound, "Request for unknown model: 'good' version 3 is not found"))
        #expect(
            error("broken", nil) == .init(.notFound, "Request for unknown model: 'broken' has no available versions"))
        #expect(
            error("noversion", nil)
                == .init(.notFound, "Request for unknown model: 'noversion' has no available versions"))
        #expect(
            error("broken", 1)
                == .init(.unavailable, "Request for unknown model: 'broken' version 1 is not at ready state"))
    }

    @Test func modelInTwoRepositoriesIsIndexedWithTheReason() async throws {
        let repository = try ManagedRepository()
        try repository.put("twice")
        try repository.write("twice/config.pbtxt", ManagedRepository.configuration(), in: "more")
        let manager = repository.manager(.none, repositories: ["models", "more"])
        let report = await manager.start()
        #expect(report.rows.first?.reason.contains("model appears in two or more repositories") == true)
        #expect(
            try await manager.index(readyOnly: false) == [
                .init(name: "twice", state: .unavailable, reason: "model appears in two or more repositories")
            ])
    }

    @Test func failedLoadIsRepeatedAsOftenAsAsked() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.fail("m:1", ServingError(.internal, "broken"), times: 2)
        let manager = repository.manager(.none) { $0.loadRetryCount = 2 }
        #expect(await !manager.start().hasFailures)
        #expect(repository.factory.loadCount("m:1") == 3)
    }

    @Test func logHasTheLoadsAndEachCauseOnce() async throws {
        let repository = try ManagedRepository()
        try repository.put("good")
        try repository.put("broken")
        try repository.write("unparsable/config.pbtxt", "nonsense")
        try repository.write(".git/config", "")
        repository.factory.fail("broken:1", ServingError(.internal, "the cause"))
        let manager = repository.manager(.poll)
        _ = await manager.start()
        await manager.poll()
        let log = repository.log
        #expect(log.lines.contains("info: loading: good:1"))
        #expect(log.lines.contains("info: successfully loaded 'good'"))
        #expect(log.count(of: "the cause") == 1)
        #expect(log.lines.contains("error: failed to load 'broken' version 1: Internal: the cause"))
        #expect(log.count(of: "Poll failed for model directory 'unparsable'") == 1)
        #expect(log.count(of: "/.git: not a model directory") == 1)
        #expect(repository.factory.loadCount("broken:1") == 2)
    }
}
