import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct StatisticsTests {
    let input: [(String, DataType, Shape)] = [("X", .fp32, [2])]
    let output: [(String, DataType, Shape)] = [("Y", .fp32, [2])]

    func request(_ model: String, batch: Int64 = 1, id: String = "") -> InferenceRequest {
        let values = [Float](repeating: 0, count: Int(batch) * 2)
        return .forTesting(model, [.forTesting("X", .fp32, [batch, 2], values)], id: id)
    }

    @Test func requestsInferencesExecutionsAndBatchesAreCountedApart() async throws {
        let backend = FakeBackend { batch, _ in
            batch.requests.first?.id == "bad"
                ? .failure(ServingError(.internal, "bad"), count: batch.requests.count) : FakeBackend.echo(batch)
        }
        let model = try ModelSet([backend]).load(
            .forTesting("m", maxBatchSize: 8, inputs: input, outputs: output), version: 2)
        let before = model.statistics.snapshot()
        #expect(before.name == "m" && before.version == 2 && before.lastInference == 0 && before.batches.isEmpty)
        for (batch, id) in [(Int64(1), ""), (3, ""), (1, ""), (1, "bad")] {
            _ = await model.infer(request("m", batch: batch, id: id))
        }
        let after = model.statistics.snapshot()
        #expect(after.inferenceCount == 5)
        #expect(after.executionCount == 4)
        #expect(after.success.count == 3 && after.fail.count == 1)
        #expect(after.queue.count == 3 && after.computeInput.count == 3)
        #expect(after.computeInfer.count == 3 && after.computeOutput.count == 3)
        #expect(after.batches.map(\.batchSize) == [1, 3])
        #expect(after.batches.map(\.computeInfer.count) == [3, 1])
        #expect(after.cacheHit.count == 0 && after.cacheMiss.count == 0)
        #expect(after.lastInference > 1_600_000_000_000, "milliseconds since the epoch")
        #expect(after.responses.isEmpty)
    }

    @Test func timesAddUpToWhatTheRequestTook() async throws {
        // The backend says when it did what, so the arithmetic can be checked without waiting.
        let backend = FakeBackend { batch, _ in
            var result = FakeBackend.echo(batch)
            let start = ContinuousClock.now
            result.inputsReady = start
            while ContinuousClock.now - start < .microseconds(200) {}
            result.computeDone = .now
            return result
        }
        let model = try ModelSet([backend]).load(.forTesting("m", maxBatchSize: 8, inputs: input, outputs: output))
        for _ in 0..<3 { _ = await model.infer(request("m")) }
        let statistics = model.statistics.snapshot()
        #expect(statistics.computeInfer.nanoseconds >= 600_000)
        let compute =
            statistics.computeInput.nanoseconds + statistics.computeInfer.nanoseconds
            + statistics.computeOutput.nanoseconds
        #expect(statistics.queue.nanoseconds + compute == statistics.success.nanoseconds)
        #expect(statistics.batches.first?.computeInfer.nanoseconds == statistics.computeInfer.nanoseconds)
    }

    @Test func momentsOutOfOrderDoNotTurnIntoHugeDurations() async throws {
        let backend = FakeBackend { batch, _ in
            var result = FakeBackend.echo(batch)
            result.inputsReady = .now + .seconds(5)
            result.computeDone = .now - .seconds(5)
            return result
        }
        let model = try ModelSet([backend]).load(.forTesting("m", maxBatchSize: 8, inputs: input, outputs: output))
        _ = await model.infer(request("m"))
        let statistics = model.statistics.snapshot()
        #expect(statistics.computeInfer.nanoseconds == 0 && statistics.computeOutput.nanoseconds == 0)
        #expect(statistics.computeInput.nanoseconds <= statistics.success.nanoseconds)
    }

    @Test func whatFailsValidationCountsNowhere() async throws {
        let model = try ModelSet([FakeBackend()]).load(
            .forTesting("m", maxBatchSize: 8, inputs: input, outputs: output))
        let answer = await model.infer(request("m", batch: 9))
        #expect(throws: ServingError.self) { try answer.get() }
        let statistics = model.statistics.snapshot()
        #expect(statistics.fail.count == 0 && statistics.success.count == 0 && statistics.executionCount == 0)
    }

    @Test func anEnsembleCountsOnceAndSumsItsSteps() async throws {
        let models = ModelSet([FakeBackend()])
        for name in ["a", "b"] {
            try models.load(.forTesting(name, maxBatchSize: 8, inputs: input, outputs: output))
        }
        let ensemble = try models.load(
            .ensembleForTesting(
                "e", maxBatchSize: 8, inputs: input, outputs: output,
                steps: [("a", ["X": "X"], ["Y": "t"]), ("b", ["X": "t"], ["Y": "Y"])]))
        for batch in [Int64(1), 4] { _ = await ensemble.infer(request("e", batch: batch)) }
        let statistics = ensemble.statistics.snapshot()
        #expect(statistics.inferenceCount == 5 && statistics.executionCount == 2 && statistics.success.count == 2)
        #expect(statistics.queue.count == 2 && statistics.computeInfer.count == 2)
        #expect(statistics.batches.map(\.batchSize) == [1, 4])
        let steps = try ["a", "b"].map { try #require(models.servable($0)).statistics.snapshot() }
        #expect(steps.allSatisfy { $0.inferenceCount == 5 && $0.success.count == 2 })
        #expect(statistics.computeInfer.nanoseconds == steps.reduce(0) { $0 + $1.computeInfer.nanoseconds })
        #expect(statistics.computeInput.nanoseconds == steps.reduce(0) { $0 + $1.computeInput.nanoseconds })
        #expect(statistics.computeOutput.nanoseconds == steps.reduce(0) { $0 + $1.computeOutput.nanoseconds })
    }

    @Test func aReloadStartsFromZero() async throws {
        let models = ModelSet([FakeBackend()])
        let configuration = ModelConfig.forTesting("m", maxBatchSize: 8, inputs: input, outputs: output)
        let first = try models.load(configuration)
        _ = await first.infer(request("m"))
        let second = try models.load(configuration)
        #expect(first.statistics.snapshot().success.count == 1)
        #expect(second.statistics.snapshot().success.count == 0)
    }
}
