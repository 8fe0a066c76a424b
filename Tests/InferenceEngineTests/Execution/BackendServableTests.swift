import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

@Suite struct BackendServableTests {
    let one: [(String, DataType, Shape)] = [("IN", .fp32, [4])]
    let out: [(String, DataType, Shape)] = [("OUT", .fp32, [4])]

    func configuration(instances: Int32 = 1, maxBatchSize: Int32 = 8) -> ModelConfig {
        .forTesting("m", maxBatchSize: maxBatchSize, inputs: one, outputs: out, instances: instances)
    }

    func request(_ values: [Float] = [1, 2, 3, 4], id: String = "") -> InferenceRequest {
        .forTesting("m", [.forTesting("IN", .fp32, [Int64(values.count / 4), 4], values)], id: id)
    }

    @Test func anAnswerCarriesTheModelsNameVersionAndTheRequestsID() async throws {
        let models = ModelSet([FakeBackend()])
        let model = try models.load(configuration(), version: 3)
        let response = try await model.infer(request(id: "r1")).get()
        #expect(response.modelName == "m" && response.modelVersion == 3 && response.id == "r1")
        #expect(response.outputs.map(\.name) == ["OUT"])
        #expect(response.outputs.first?.elements(Float.self) == [1, 2, 3, 4])
    }

    @Test func outputsThatWereNotAskedForAreLeftOut() async throws {
        let backend = FakeBackend { batch, _ in
            ExecutionResult(
                answers: batch.requests.map { request in
                    .success(
                        .init(outputs: ["B", "A", "C"].map { .forTesting($0, .fp32, [1], [Float(1)]) }))
                })
        }
        let configuration = ModelConfig.forTesting(
            "m", inputs: [("IN", .fp32, [4])],
            outputs: [("A", .fp32, [1]), ("B", .fp32, [1]), ("C", .fp32, [1]), ("D", .fp32, [1])])
        let model = try ModelSet([backend]).load(configuration)
        let input = Tensor.forTesting("IN", .fp32, [4], [Float](repeating: 0, count: 4))
        let some = try await model.infer(.forTesting("m", [input], outputs: ["A", "B", "D"])).get()
        #expect(some.outputs.map(\.name) == ["B", "A"], "in the backend's order; the missing D is absent")
        let all = try await model.infer(.forTesting("m", [input])).get()
        #expect(all.outputs.map(\.name) == ["B", "A", "C"])
    }

    @Test func instancesOfAGroupExecuteAtTheSameTime() async throws {
        let together = Rendezvous(3)
        let backend = FakeBackend { batch, _ in
            together.arrive()
                ? FakeBackend.echo(batch)
                : .failure(ServingError(.internal, "the other instances did not run"), count: batch.requests.count)
        }
        let model = try ModelSet([backend]).load(configuration(instances: 3))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let answer = await model.infer(request())
                    #expect(throws: Never.self) { try answer.get() }
                }
            }
        }
        #expect(Set(backend.executions.map(\.instance)) == ["m_0_0", "m_0_1", "m_0_2"])
        #expect(backend.callsOnForeignThreads == 0)
    }

    @Test func oneInstanceExecutesOneRequestAfterTheOther() async throws {
        let running = Mutex(0)
        let overlaps = Mutex(0)
        let backend = FakeBackend { batch, _ in
            let before = running.withLock { count in
                count += 1
                return count
            }
            if before > 1 { overlaps.withLock { $0 += 1 } }
            running.withLock { $0 -= 1 }
            return FakeBackend.echo(batch)
        }
        let model = try ModelSet([backend]).load(configuration())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = await model.infer(request()) } }
        }
        #expect(overlaps.withLock { $0 } == 0)
        #expect(backend.executions.count == 50)
        #expect(backend.executions.allSatisfy { $0.requests.count == 1 && $0.totalBatchSize == 1 })
    }

    @Test func theMessageOfABackendPassesWhole() async throws {
        let error = ServingError(.internal, "PyTorch execute failure: line 1\nline 2")
        let backend = FakeBackend { batch, _ in .failure(error, count: batch.requests.count) }
        let model = try ModelSet([backend]).load(configuration())
        let answer = await model.infer(request())
        #expect(throws: error) { try answer.get() }
        // The instance goes on.
        let again = await model.infer(request())
        #expect(throws: error) { try again.get() }
    }

    @Test func aBackendThatAnswersTooFewRequestsIsAnErrorForTheRest() async throws {
        let backend = FakeBackend { _, _ in ExecutionResult(answers: []) }
        let model = try ModelSet([backend]).load(configuration())
        let answer = await model.infer(request())
        #expect(throws: ServingError(.internal, "the backend of model 'm' answered 0 of 1 requests")) {
            try answer.get()
        }
    }

    @Test func aFullQueueRefusesAtOnce() async throws {
        let gate = Gate()
        let entered = Gate()
        let backend = FakeBackend { batch, _ in
            entered.open()
            gate.wait()
            return FakeBackend.echo(batch)
        }
        var settings = DefaultServableFactory.Settings(coreBudget: 2)
        settings.limits.maximumQueueSize = 2
        let model = try ModelSet([backend], settings: settings).load(configuration())
        async let running = model.infer(request(id: "running"))
        await entered.opened()
        let answers = Answers()
        for id in ["a", "b", "c"] { model.enqueue(request(id: id), answers.responder(id)) }
        #expect(answers.errors["c"] == ServingError(.unavailable, "[request id: c] Exceeds maximum queue size"))
        #expect(answers.count == 1)
        gate.open()
        _ = await running
        await answers.waitFor(3)
        #expect(answers.errors.count == 1)
        let statistics = model.statistics.snapshot()
        #expect(statistics.success.count == 3 && statistics.fail.count == 1)
    }

    @Test func aRequestCancelledInTheQueueIsNotExecuted() async throws {
        let gate = Gate()
        let entered = Gate()
        let backend = FakeBackend { batch, _ in
            entered.open()
            gate.wait()
            return FakeBackend.echo(batch)
        }
        let model = try ModelSet([backend]).load(configuration())
        async let running = model.infer(request(id: "running"))
        await entered.opened()
        let answers = Answers()
        var cancelled = request(id: "cancelled")
        let flag = CancellationFlag()
        cancelled.cancellation = flag
        model.enqueue(cancelled, answers.responder("cancelled"))
        flag.cancel()
        gate.open()
        _ = await running
        await answers.waitFor(1)
        #expect(answers.errors["cancelled"]?.code == .cancelled)
        #expect(backend.executions.map { $0.requests.map(\.id) } == [["running"]])
    }

    @Test func whatIsQueuedIsAnsweredThoughNobodyHoldsTheModel() async throws {
        let gate = Gate()
        let entered = Gate()
        let backend = FakeBackend { batch, _ in
            entered.open()
            gate.wait()
            return FakeBackend.echo(batch)
        }
        let models = ModelSet([backend])
        let answers = Answers()
        for id in 0..<5 { try enqueue(String(id), models, answers) }
        models.unload("m")
        await entered.opened()
        #expect(backend.liveModels == 1, "requests keep their model version")
        gate.open()
        await answers.waitFor(5)
        #expect(answers.errors.isEmpty)
        while backend.liveModels > 0 { await Task.yield() }
        #expect(backend.liveInstances == 0)
        #expect(backend.callsOnForeignThreads == 0, "instances are released on their own threads")
    }

    private func enqueue(_ id: String, _ models: ModelSet, _ answers: Answers) throws {
        let model = try models.servable("m") ?? models.load(configuration())
        model.enqueue(request(id: id), answers.responder(id))
    }

    @Test func anInstanceThatCannotBeMadeFailsTheLoadAndReleasesTheOthers() async throws {
        let error = ServingError(.internal, "no memory for the third")
        let backend = FakeBackend(makeInstanceError: { $0.ordinal == 2 ? error : nil })
        #expect(throws: error) { try ModelSet([backend]).load(configuration(instances: 4)) }
        while backend.liveModels > 0 { await Task.yield() }
        #expect(backend.liveInstances == 0 && backend.callsOnForeignThreads == 0)
    }

    @Test func tooManyInstancesAreRefusedBeforeAnythingIsLoaded() throws {
        var configuration = configuration(instances: 1_024)
        configuration.instanceGroups = Array(repeating: configuration.instanceGroups[0], count: 3)
        let backend = FakeBackend(loadError: ServingError(.internal, "loaded"))
        #expect(
            throws: ServingError(
                .invalidArgument, "model 'm' asks for 3072 instances; the limit is 1024")
        ) { try ModelSet([backend]).load(configuration) }
    }

    @Test func aLoadErrorComesThrough() {
        let error = ServingError(.unavailable, "unable to find 'model.pt'")
        #expect(throws: error) { try ModelSet([FakeBackend(loadError: error)]).load(configuration()) }
    }

    @Test func anUnknownBackendIsNamed() {
        #expect(
            throws: ServingError(
                .invalidArgument,
                "unable to find backend library for backend 'fake', try specifying runtime on the model configuration.")
        ) { try ModelSet([]).load(configuration()) }
    }

    @Test func sequenceModelsCheckSequences() async throws {
        var configuration = configuration(maxBatchSize: 4)
        configuration.scheduling = .sequenceBatching(ModelSequenceBatching())
        let model = try ModelSet([FakeBackend()]).load(configuration)
        var request = request()
        request.correlationID = .unsigned(4242)
        let unstarted = await model.infer(request)
        #expect(throws: ServingError.self) { try unstarted.get() }
        #expect(model.statistics.snapshot().fail.count == 0, "refused before scheduling counts nowhere")
        request.sequenceStart = true
        let started = await model.infer(request)
        #expect(throws: Never.self) { try started.get() }
    }

    @Test func manyClientsCancelsAndFaultsGiveEachRequestOneAnswer() async throws {
        let backend = FakeBackend { batch, _ in
            ExecutionResult(
                answers: batch.requests.map { request in
                    let number = Int(request.id) ?? 0
                    if number % 7 == 0 { return .failure(ServingError(.internal, "fault")) }
                    return FakeBackend.echo(ExecutionBatch(requests: [request], totalBatchSize: 1)).answers[0]
                })
        }
        var settings = DefaultServableFactory.Settings(coreBudget: 2)
        settings.limits.maximumQueueSize = 40
        let model = try ModelSet([backend], settings: settings).load(configuration(instances: 3))
        let answers = Answers()
        let total = 4_000
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(client))
                    for number in stride(from: client, to: total, by: 4) {
                        var request = request(id: String(number))
                        let flag = CancellationFlag()
                        request.cancellation = flag
                        model.enqueue(request, answers.responder(String(number)))
                        if Int.random(in: 0..<5, using: &random) == 0 { flag.cancel() }
                        if Int.random(in: 0..<50, using: &random) == 0 { await Task.yield() }
                    }
                }
            }
        }
        await answers.waitFor(total)
        #expect(answers.count == total && answers.duplicates == 0)
        let statistics = model.statistics.snapshot()
        #expect(Int(statistics.success.count + statistics.fail.count) == total)
        #expect(Int(statistics.fail.count) == answers.errors.count)
        #expect(Int(statistics.executionCount) == backend.executions.count)
    }
}
