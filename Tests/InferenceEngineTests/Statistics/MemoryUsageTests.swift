import BackendAPI
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

@testable import InferenceEngine

/// `memory_usage`: what a model and its instances take.
struct MemoryUsageTests {
    private func configuration(instances: Int32 = 1) -> ModelConfig {
        .forTesting("m", inputs: [("X", .fp32, [1])], outputs: [("Y", .fp32, [1])], instances: instances)
    }

    @Test func whatInstancesShareIsCountedOnce() throws {
        let backend = FakeBackend(
            memory: (
                model: [MemoryUsage(type: .cpu, byteSize: 1000)],
                instance: [MemoryUsage(type: .cpu, byteSize: 10), MemoryUsage(type: .gpu, id: 1, byteSize: 5)]
            ))
        let model = try ModelSet([backend]).load(configuration(instances: 3))
        let expected = [MemoryUsage(type: .cpu, byteSize: 1030), MemoryUsage(type: .gpu, id: 1, byteSize: 15)]
        #expect(model.memoryUsage == expected)
        #expect(model.statisticsSnapshot().memoryUsage == expected)
        #expect(model.memoryUsage.totalByteSize == 1045)
    }

    @Test func aBackendThatDoesNotTellShowsNothing() throws {
        let model = try ModelSet([FakeBackend()]).load(configuration())
        #expect(model.memoryUsage.isEmpty && model.statisticsSnapshot().memoryUsage.isEmpty)
    }

    @Test func sumsDoNotOverflow() {
        let most = MemoryUsage(type: .cpu, byteSize: .max)
        #expect(MemoryUsage.total([most, MemoryUsage(type: .cpu, byteSize: 1)]) == [most])
        #expect([most, most].totalByteSize == .max)
        #expect(MemoryUsage.total([MemoryUsage(type: .gpu, byteSize: 0)]).isEmpty)
    }

    /// Whoever gets the remains frees the model, not the thread that used it last.
    @Test func theModelIsFreedByWhoeverGetsItsRemains() throws {
        let backend = FakeBackend(memory: (model: [MemoryUsage(type: .cpu, byteSize: 7)], instance: []))
        let ended = ThreadResult<ServableRemains>()
        do {
            let factory = DefaultServableFactory(
                backends: BackendRegistry([backend]), settings: .init(coreBudget: 1), logger: RecordingLog().logger
            ) { name, _ throws(ServingError) in throw .unknownModel(name) }
            _ = try factory.makeServable(
                ServableSource(
                    name: "m", version: 1, configuration: configuration(), modelDirectory: "", versionDirectory: "",
                    lifetime: ServableLifetime { ended.set($0) }))
        }
        let remains = ended.wait()
        #expect(remains.memoryUsage == [MemoryUsage(type: .cpu, byteSize: 7)])
        #expect(backend.liveModels == 1)
        remains.free()
        #expect(backend.liveModels == 0)
    }

    @Test func theLogTellsWhatALoadTookAndWhatCameBack() async throws {
        let log = RecordingLog()
        let backend = FakeBackend(memory: (model: [MemoryUsage(type: .cpu, byteSize: 3 << 20)], instance: []))
        try ModelSet([backend], logger: log.logger).load(configuration())
        ModelManager.note([MemoryUsage(type: .cpu, byteSize: 3 << 20)], cameBackFrom: "m:1", 1 << 30, log.logger)
        ModelManager.note([], cameBackFrom: "small:1", 1 << 30, log.logger)
        let lines = log.messages
        try #require(lines.count == 2)
        #expect(lines[0].hasPrefix("m:1 takes 3.0 MiB"))
        #expect(lines[1].hasPrefix("m:1 gave back 3.0 MiB"))
        #if os(Linux)
            #expect(lines[0].contains("; resident memory ") && lines[0].hasSuffix(" MiB before"))
            #expect(lines[1].hasSuffix(", 1024.0 MiB before"))
        #endif
        #expect(
            MemorySizeText.list([.init(type: .cpu, byteSize: 1), .init(type: .gpu, id: 2, byteSize: 157_286)])
                == "0.0 MiB (CPU), 0.1 MiB (GPU 2)")
    }
}
