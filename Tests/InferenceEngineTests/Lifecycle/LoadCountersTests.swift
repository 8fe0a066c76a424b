import InferenceTypes
import ModelRepository
import Testing

@testable import InferenceEngine

struct LoadCountersTests {
    @Test func loadsAndFailuresOfEachModelAreCounted() async throws {
        let repository = try ManagedRepository()
        try repository.put("good")
        try repository.put("bad")
        let manager = repository.manager(.explicit)
        _ = await manager.start()
        #expect(manager.loadCounters.all().isEmpty)
        try await manager.load("good")
        try await manager.load("good")
        repository.factory.fail("bad:1", ServingError(.internal, "broken"))
        for _ in 0..<2 { _ = await errorMessage { try await manager.load("bad") } }
        _ = await errorMessage { try await manager.load("nosuch") }
        let counts = manager.loadCounters.all()
        #expect(counts["good"] == .init(loads: 1, failures: 0), "a model that has not changed is not loaded again")
        #expect(counts["bad"] == .init(loads: 0, failures: 2))
        #expect(counts["nosuch"] == .init(loads: 0, failures: 1))
        #expect(manager.versionCounts()[.ready] == 1 && manager.versionCounts()[.unavailable] == 1)
    }

    @Test func namesDoNotAddUpWithoutEnd() {
        let counters = LoadCounters()
        for number in 0...LoadCounters.maximumModels { counters.count("model\(number)", isFailure: true) }
        #expect(counters.all().count == LoadCounters.maximumModels)
        counters.count("model0", isFailure: false)
        #expect(counters.all()["model0"] == .init(loads: 1, failures: 1))
    }

    /// A version that takes the place of another goes on with its metrics, unless their labels change.
    @Test func aReloadGoesOnCounting() async throws {
        let repository = try ManagedRepository()
        try repository.put("m")
        let manager = repository.manager(.explicit)
        try await manager.load("m")
        let first = try manager.resolve("m", nil)
        first.statistics.recordUnexecuted(nanoseconds: 1, .rejected)
        try repository.write("m/1/model.bin", "changed")
        try await manager.load("m")
        let second = try manager.resolve("m", nil)
        #expect(second !== first)
        #expect(second.statistics.counters().failures(.rejected) == 1)
        #expect(second.statistics.snapshot().fail.count == 0)
        #expect(second.statistics.loadTime != nil)

        try await manager.unload("m")
        try await manager.load("m")
        #expect(try manager.resolve("m", nil).statistics.counters() == ModelCounters())
    }
}
