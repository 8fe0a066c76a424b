import InferenceEngine
import InferenceTesting
import InferenceTypes
import Logging
import Testing

/// Stopping: not ready first, then no new requests, then nothing in memory.
struct ModelManagerShutdownTests {
    @Test func shutdownIsToldFirstAndServesOn() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        try await manager.load("m")
        manager.beginShutdown()
        #expect(!manager.isReady)
        #expect(try manager.resolve("m", nil).name == "m")
        #expect(await errorMessage { try await manager.load("m") } == "Unavailable: Server exiting")
    }

    @Test func drainingIsNotReadyAndServesAndLoadsOn() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        #expect(manager.isReady)
        manager.beginDrain()
        #expect(!manager.isReady)
        try await manager.load("m")
        #expect(try manager.resolve("m", nil).name == "m")
        await manager.shutdown()
        manager.beginDrain()
        #expect(await errorMessage { try await manager.load("m") } == "Unavailable: Server exiting")
    }

    @Test func aStartThatEndsWhileDrainingDoesNotMakeReady() async throws {
        let repository = try ManagedRepository()
        let manager = repository.manager(.explicit)
        manager.beginDrain()
        _ = await manager.start()
        #expect(!manager.isReady)
    }

    @Test func shutdownWaitsForWhatIsInUse() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        try repository.put("idle")
        let manager = repository.manager(.none)
        _ = await manager.start()
        var pinned: (any Servable)? = try manager.resolve("m", nil)
        let shutdown = Task {
            await manager.shutdown()
            repository.log.logger.info("stopped")
        }
        await repository.log.has("version 1 of 'idle' has left memory")
        #expect(repository.log.count(of: "stopped") == 0)
        let error = await errorMessage { _ = try manager.resolve("m", nil) }
        #expect(error?.hasPrefix("Unavailable: Server is stopping") == true)
        #expect(pinned?.name == "m")
        pinned = nil
        await shutdown.value
        #expect(repository.log.count(of: "version 1 of 'm' has left memory") == 1)
    }

    @Test func shutdownWaitsForARunningLoad() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        repository.factory.hold("m:1")
        let manager = repository.manager(.explicit)
        async let load = errorMessage { try await manager.load("m") }
        await repository.factory.hasBegun("m:1")
        async let shutdown: Void = manager.shutdown()
        #expect(await load?.contains("out-dated") == true)
        repository.factory.letGo("m:1")
        await shutdown
        #expect(manager.readyServables().isEmpty)
    }

    @Test func composingModelsAreFoundWhileTheServerStops() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.none)
        _ = await manager.start()
        let pinned = try manager.resolve("m", nil)
        #expect(try manager.table.resolveComposingModel("m", nil) === pinned)
    }
}
