import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Models that load at first use, as clients and operators see them.
struct OnDemandModelsTests {
    private static let reason = "not in memory: loads at the next request"

    /// Each model that `ManagedRepository.put` writes has one byte of files.
    private func manager(
        _ repository: ManagedRepository, _ mode: ModelControlMode = .none, budget: Int = 2,
        _ change: (inout ModelManagerSettings) -> Void = { _ in }
    ) -> ModelManager {
        repository.manager(mode) { settings in
            settings.clock = .continuous
            settings.onDemand = OnDemandSettings(memoryBudget: budget)
            settings.onDemand?.minimumResidence = .zero
            change(&settings)
        }
    }

    private func ask(
        _ manager: ModelManager, _ name: String, _ version: Int64? = nil, cancellation: CancellationFlag? = nil
    ) async -> Result<any Servable, ServingError> {
        do throws(ServingError) {
            switch try manager.lookUp(name, version) {
            case .servable(let servable): return .success(servable)
            case .absent(let wait): return await wait.finished(cancellation: cancellation)
            }
        } catch {
            return .failure(error)
        }
    }

    private func error(_ result: Result<any Servable, ServingError>) -> ServingError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test func knownModelsAreReadyAndLoadAtFirstUse() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b", "c"] { try repository.put(name) }
        let manager = manager(repository)
        let report = await manager.start()
        #expect(report.rows.map(\.model) == ["a", "b", "c"] && !report.hasFailures)
        #expect(report.rows.allSatisfy { $0.reason == Self.reason })
        #expect(manager.isReady && manager.isModelReady("a", version: nil) && manager.isModelReady("a", version: 1))
        #expect(!manager.isModelReady("a", version: 2) && !manager.isModelReady("nosuch", version: nil))
        #expect(manager.isModelKnown("a") && !manager.isModelKnown("nosuch"))
        #expect(repository.factory.loadCount("a:1") == 0 && manager.readyServables().isEmpty)

        #expect(try await ask(manager, "a").get().name == "a")
        #expect(try await ask(manager, "a", 1).get().version == 1)
        #expect(repository.factory.loadCount("a:1") == 1)
        #expect(error(await ask(manager, "a", 7))?.message.contains("version 7 is not found") == true)
        #expect(error(await ask(manager, "nosuch")) == .unknownModel("nosuch"))
        #expect(
            try await manager.index(readyOnly: true) == [
                .init(name: "a", version: 1, state: .ready),
                .init(name: "b", version: 1, state: .ready, reason: Self.reason),
                .init(name: "c", version: 1, state: .ready, reason: Self.reason),
            ])
    }

    @Test func theLeastRecentlyUsedModelMakesRoomAndComesBack() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b", "c"] { try repository.put(name) }
        let manager = manager(repository)
        _ = await manager.start()
        for name in ["a", "b", "a", "c"] { _ = try await ask(manager, name).get() }
        #expect(manager.readyServables().map(\.name) == ["a", "c"])
        #expect(manager.isReady && manager.isModelReady("b", version: 1))
        _ = try await ask(manager, "b").get()
        #expect(repository.factory.loadCount("b:1") == 2 && manager.readyServables().map(\.name) == ["b", "c"])
    }

    @Test func aModelInUseStaysUntilItsRequestHasEnded() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b"] { try repository.put(name) }
        let manager = manager(repository, budget: 1)
        _ = await manager.start()
        var lease: (any Servable)? = try await ask(manager, "a").get()
        async let other = ask(manager, "b")
        for _ in 0..<1000 { await Task.yield() }
        #expect(lease?.name == "a" && manager.readyServables().map(\.name) == ["a"])
        #expect(repository.factory.loadCount("b:1") == 0)
        lease = nil
        #expect(try await other.get().name == "b")
        #expect(repository.log.count(of: "'a' makes room for other models") == 1)
    }

    @Test func pinnedModelsLoadAtStartAndStay() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b", "c"] { try repository.put(name) }
        let manager = manager(repository) { $0.onDemand?.pinnedModels = ["a"] }
        let report = await manager.start()
        #expect(report.rows.first?.reason == "" && manager.readyServables().map(\.name) == ["a"])
        for name in ["b", "c", "b"] { _ = try await ask(manager, name).get() }
        #expect(manager.readyServables().map(\.name) == ["a", "b"])
        #expect(repository.factory.loadCount("a:1") == 1)
    }

    @Test func aFailedLoadTellsItsCauseAndIsTriedAgain() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.write("bad/1/model.bin", "")
        try repository.write("bad/config.pbtxt", "no such field: 1")
        let manager = manager(repository) { $0.onDemand?.firstBackOff = .milliseconds(20) }
        let report = await manager.start()
        #expect(report.rows.map(\.state) == [.unavailable, .ready])
        repository.factory.fail("m:1", ServingError(.internal, "the weights are cut short"), times: 1)
        let failure = error(await ask(manager, "m"))
        #expect(failure?.code == .notFound)
        #expect(
            failure?.message == "Request for unknown model: 'm' has no available versions: load failed for model 'm': "
                + "version 1 is at UNAVAILABLE state: Internal: the weights are cut short;")
        #expect(manager.isReady)
        while !manager.isModelReady("m", version: nil) { await Task.yield() }
        #expect(try await ask(manager, "m").get().name == "m")
        let unreadable = error(await ask(manager, "bad"))
        #expect(unreadable?.message.contains("config.pbtxt") == true, "\(unreadable?.message ?? "")")
        #expect(!manager.isModelReady("bad", version: nil))
    }

    @Test func aRequestThatHasGoneWaitsNoLonger() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = manager(repository)
        _ = await manager.start()
        repository.factory.hold("m:1")
        let cancellation = CancellationFlag()
        async let gone = ask(manager, "m", cancellation: cancellation)
        async let stays = ask(manager, "m")
        await repository.factory.hasBegun("m:1")
        cancellation.cancel()
        #expect(error(await gone)?.code == .cancelled)
        repository.factory.letGo("m:1")
        #expect(try await stays.get().name == "m")
    }

    @Test func requestsThatWaitAreRefusedWhenTheServerStops() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b"] { try repository.put(name) }
        let manager = manager(repository, budget: 1)
        _ = await manager.start()
        var lease: (any Servable)? = try await ask(manager, "a").get()
        async let waiting = ask(manager, "b")
        async let stop: Void = manager.shutdown()
        #expect(error(await waiting)?.code == .unavailable)
        #expect(lease != nil)
        lease = nil
        await stop
        #expect(manager.readyServables().isEmpty)
    }

    @Test func anEnsembleLoadsWithWhatItIsComposedOf() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b", "c"] { try repository.put(name) }
        try repository.putEnsemble("e", of: "a")
        let manager = manager(repository)
        _ = await manager.start()
        var lease: (any Servable)? = try await ask(manager, "e").get()
        #expect(manager.readyServables().map(\.name) == ["a", "e"])
        for name in ["b", "c"] { _ = try await ask(manager, name).get() }
        #expect(manager.readyServables().map(\.name) == ["a", "c", "e"] && lease?.name == "e")
        lease = nil
        for name in ["b", "c"] { _ = try await ask(manager, name).get() }
        #expect(manager.readyServables().map(\.name) == ["b", "c"])
    }

    // MARK: Control modes

    @Test func explicitLoadsAddModelsAndUnloadsRemoveThem() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b", "c"] { try repository.put(name) }
        let manager = manager(repository, .explicit)
        _ = await manager.start()
        #expect(error(await ask(manager, "a")) == .unknownModel("a"))
        for name in ["a", "b", "c"] { try await manager.load(name) }
        #expect(manager.readyServables().map(\.name) == ["b", "c"])
        _ = try await ask(manager, "a").get()
        try await manager.unload("a")
        #expect(!manager.isModelReady("a", version: nil))
        #expect(error(await ask(manager, "a"))?.code == .notFound)
        repository.factory.fail("a:1", ServingError(.internal, "broken"))
        #expect(
            await errorMessage { try await manager.load("a") } == "Invalid argument: load failed for model 'a': "
                + "version 1 is at UNAVAILABLE state: Internal: broken;\n")
    }

    @Test func aModelLoadedWithAnOverrideStays() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b", "c"] { try repository.put(name) }
        let manager = manager(repository, .explicit)
        for name in ["a", "b", "c"] { try await manager.load(name) }
        try await manager.load(
            "a",
            override: ModelLoadOverride(
                configurationJSON: """
                    {"backend": "identity", "input": [{"name": "INPUT0", "data_type": "TYPE_FP32", "dims": [9]}],
                     "output": [{"name": "OUTPUT0", "data_type": "TYPE_FP32", "dims": [9]}]}
                    """))
        for name in ["b", "c", "b", "c"] { _ = try await ask(manager, name).get() }
        #expect(try await ask(manager, "a").get().configuration.inputs.first?.dims == [9])
        #expect(manager.readyServables().map(\.name) == ["a", "c"])
    }

    @Test func pollsFollowModelsInMemoryAndOnlyNoteTheOthers() async throws {
        let repository = try ManagedRepository()
        for name in ["a", "b"] { try repository.put(name) }
        let manager = manager(repository, .poll) { $0.settleTime = .zero }
        _ = await manager.start()
        _ = try await ask(manager, "a").get()
        for name in ["a", "b", "new"] { try repository.put(name, width: 8) }
        await manager.poll()
        #expect(repository.factory.loadCount("a:1") == 2)
        #expect(repository.factory.loadCount("b:1") == 0 && repository.factory.loadCount("new:1") == 0)
        #expect(manager.isModelReady("new", version: nil))
        #expect(try await ask(manager, "b").get().configuration.inputs.first?.dims == [8])
        try repository.remove("a")
        try repository.remove("b")
        await manager.poll()
        #expect(manager.readyServables().isEmpty)
        #expect(error(await ask(manager, "b")) != nil && !manager.isModelReady("b", version: nil))
    }
}
