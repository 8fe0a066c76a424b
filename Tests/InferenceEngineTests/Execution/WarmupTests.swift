import BackendAPI
import Foundation
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct WarmupTests {
    func configuration(_ warmup: [ModelWarmup], maxBatchSize: Int32 = 8, instances: Int32 = 1) -> ModelConfig {
        var configuration = ModelConfig.forTesting(
            "m", maxBatchSize: maxBatchSize, inputs: [("X", .fp32, [-1]), ("S", .bytes, [2])],
            outputs: [("Y", .fp32, [-1])], instances: instances)
        configuration.warmup = warmup
        return configuration
    }

    func sample(
        batchSize: UInt32 = 1, count: UInt32 = 0, dims: Shape = [3],
        content: ModelWarmup.Input.Content = .zeroData(true)
    ) -> ModelWarmup {
        var x = ModelWarmup.Input()
        x.dataType = .fp32
        x.dims = dims
        x.content = content
        var s = ModelWarmup.Input()
        s.dataType = .bytes
        s.dims = [2]
        s.content = .randomData(true)
        var sample = ModelWarmup()
        sample.name = "sample"
        sample.batchSize = batchSize
        sample.count = count
        sample.inputs = ["X": x, "S": s]
        return sample
    }

    @Test func eachInstanceRunsEachSampleBeforeTheModelServes() throws {
        let backend = FakeBackend()
        let model = try ModelSet([backend]).load(
            configuration([sample(batchSize: 3, count: 2), sample(batchSize: 0), sample()], instances: 2))
        let runs = backend.executions
        #expect(runs.map(\.instance) == ["m_0_0", "m_0_0", "m_0_0", "m_0_1", "m_0_1", "m_0_1"])
        #expect(runs.map(\.requests.count) == [3, 3, 1, 3, 3, 1])
        #expect(runs.map(\.totalBatchSize) == [3, 3, 1, 3, 3, 1])
        let request = try #require(runs.first?.requests.first)
        #expect(request.batchSize == 1 && request.requestedOutputs == ["Y"])
        #expect(request.inputs.map(\.name) == ["X", "S"])
        #expect(request.inputs.map(\.shape) == [[1, 3], [1, 2]])
        #expect(request.inputs[0].elements(Float.self) == [0, 0, 0])
        #expect(request.inputs[1].bytes.count == 8, "two empty strings")
        #expect(backend.callsOnForeignThreads == 0)
        let statistics = model.statistics.snapshot()
        #expect(statistics.executionCount == 6 && statistics.success.count == 14)
    }

    @Test func dataComesFromFilesOfTheModel() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("warmup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("warmup"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let data = [Float(1), 2, 3, 4].withUnsafeBytes { Data($0) }
        try data.write(to: folder.appendingPathComponent("warmup/x.bin"))

        let backend = FakeBackend()
        let models = ModelSet([backend])
        try models.load(configuration([sample(content: .dataFile("x.bin"))]), modelDirectory: folder.path)
        #expect(backend.executions.first?.requests.first?.inputs[0].elements(Float.self) == [1, 2, 3])
        #expect(
            throws: ServingError(
                .invalidArgument,
                "warmup setting expects 20 bytes, but the data provided from x.bin only has 16 bytes")
        ) {
            try models.load(
                configuration([sample(dims: [5], content: .dataFile("x.bin"))]), modelDirectory: folder.path)
        }
        #expect(
            throws: ServingError(
                .internal, "failed to open text file for read \(folder.path)/warmup/y.bin: No such file or directory")
        ) {
            try models.load(configuration([sample(content: .dataFile("y.bin"))]), modelDirectory: folder.path)
        }
    }

    @Test func randomDataDiffersFromZeros() throws {
        let backend = FakeBackend()
        try ModelSet([backend]).load(configuration([sample(dims: [64], content: .randomData(true))]))
        let bytes = try #require(backend.executions.first?.requests.first?.inputs[0].elements(UInt8.self))
        #expect(bytes.count == 256 && bytes.contains { $0 != 0 })
    }

    @Test func aSampleHasALimitedNumberOfRequests() {
        #expect(
            throws: ServingError(
                .invalidArgument,
                "warmup sample 'sample' of model 'm' asks for a batch size of 2000000000; the limit is 65536")
        ) { try ModelSet([FakeBackend()]).load(configuration([sample(batchSize: 2_000_000_000)], maxBatchSize: .max)) }
    }

    @Test func aSampleThatFailsFailsTheLoad() async {
        let backend = FakeBackend { batch, _ in
            .failure(ServingError(.internal, "shape mismatch"), count: batch.requests.count)
        }
        #expect(
            throws: ServingError(
                .invalidArgument, "failed to run warmup sample 'sample': shape mismatch; shape mismatch; ")
        ) { try ModelSet([backend]).load(configuration([sample(batchSize: 2)])) }
        while backend.liveModels > 0 { await Task.yield() }
    }
}
