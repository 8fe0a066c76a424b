import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

/// Instances come and go while their model serves.
struct InstanceUpdateTests {
    private let one: [(String, DataType, Shape)] = [("IN", .fp32, [4])]
    private let out: [(String, DataType, Shape)] = [("OUT", .fp32, [4])]

    private func configuration(instances: Int32) -> ModelConfig {
        .forTesting("m", maxBatchSize: 8, inputs: one, outputs: out, instances: instances)
    }

    private func request() -> InferenceRequest {
        .forTesting("m", [.forTesting("IN", .fp32, [1, 4], [Float](repeating: 1, count: 4))])
    }

    /// What instances the executions of `count` requests that run at the same time ran on.
    private func instances(of model: any Servable, _ meeting: Meeting, count: Int) async throws -> Set<String> {
        meeting.expect(count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { _ = try await model.infer(request()).get() } }
            try await group.waitForAll()
        }
        return meeting.present
    }

    @Test func instancesAreAddedAndTakenAwayWithoutALoad() async throws {
        let meeting = Meeting()
        let backend = FakeBackend { batch, context in meeting.attend(batch, context) }
        let models = ModelSet([backend])
        let model = try models.load(configuration(instances: 1))
        #expect(try await instances(of: model, meeting, count: 1) == ["m_0_0"])

        try models.prepareUpdate("m", to: configuration(instances: 3)).commit()
        #expect(try await instances(of: model, meeting, count: 3) == ["m_0_0", "m_0_1", "m_0_2"])
        #expect(model.configuration.instanceGroups.map(\.count) == [3])

        try models.prepareUpdate("m", to: configuration(instances: 2)).commit()
        while backend.liveInstances > 2 { await Task.yield() }
        #expect(try await instances(of: model, meeting, count: 2) == ["m_0_0", "m_0_1"])
        #expect(backend.callsOnForeignThreads == 0)
        #expect(model.statistics.snapshot().success.count == 6, "the statistics go on")

        models.unload("m")
        withExtendedLifetime(model) {}
    }

    @Test func untilTheCommitNothingChangesAndWithoutOneNothingStays() async throws {
        let meeting = Meeting()
        let backend = FakeBackend { batch, context in meeting.attend(batch, context) }
        let models = ModelSet([backend])
        let model = try models.load(configuration(instances: 1))
        var update: ServableUpdate? = try models.prepareUpdate("m", to: configuration(instances: 4))
        #expect(backend.liveInstances == 4)
        for _ in 0..<20 { #expect(try await instances(of: model, meeting, count: 1) == ["m_0_0"]) }
        #expect(model.configuration.instanceGroups.map(\.count) == [1])
        withExtendedLifetime(update) {}
        update = nil
        while backend.liveInstances > 1 { await Task.yield() }
        #expect(try await instances(of: model, meeting, count: 1) == ["m_0_0"])
    }

    @Test func anInstanceThatCannotBeMadeLeavesTheOthersServing() async throws {
        let error = ServingError(.internal, "no memory for the third")
        let backend = FakeBackend(makeInstanceError: { $0.ordinal == 2 ? error : nil })
        let models = ModelSet([backend])
        let model = try models.load(configuration(instances: 1))
        #expect(throws: error) { try models.prepareUpdate("m", to: configuration(instances: 4)) }
        while backend.liveInstances > 1 { await Task.yield() }
        _ = try await model.infer(request()).get()
    }

    @Test func tooManyInstancesAreRefusedBeforeAnyIsMade() throws {
        let backend = FakeBackend()
        let models = ModelSet([backend])
        try models.load(configuration(instances: 1))
        var many = configuration(instances: 1_024)
        many.instanceGroups.append(many.instanceGroups[0])
        #expect(
            throws: ServingError(.invalidArgument, "model 'm' asks for 2048 instances; the limit is 1024")
        ) { try models.prepareUpdate("m", to: many) }
        #expect(backend.liveInstances == 1)
    }

    @Test func whatARetiredInstanceExecutesAndWhatIsQueuedIsAnswered() async throws {
        let (entered, gate) = (Gate(), Gate())
        let backend = FakeBackend { batch, context in
            if context.ordinal == 1 {
                entered.open()
                gate.wait()
            }
            return FakeBackend.echo(batch)
        }
        let models = ModelSet([backend])
        let model = try models.load(configuration(instances: 2))
        let answers = Answers()
        // The second instance is busy when it is to go.
        var sent = 0
        while backend.executions.allSatisfy({ $0.instance != "m_0_1" }) {
            model.enqueue(request(), answers.responder("\(sent)"))
            sent += 1
            await Task.yield()
        }
        await entered.opened()
        try models.prepareUpdate("m", to: configuration(instances: 1)).commit()
        for id in sent..<sent + 20 { model.enqueue(request(), answers.responder("\(id)")) }
        await answers.waitFor(sent + 19)
        gate.open()
        await answers.waitFor(sent + 20)
        #expect(answers.errors.isEmpty)
        while backend.liveInstances > 1 { await Task.yield() }
        #expect(backend.callsOnForeignThreads == 0)
    }

    @Test func noRequestIsLostWhileTheNumberOfInstancesChangesAllTheTime() async throws {
        let backend = FakeBackend()
        let models = ModelSet([backend])
        let model = try models.load(configuration(instances: 2))
        let answers = Answers()
        var sent = 0
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                model.enqueue(request(), answers.responder("\(sent)"))
                sent += 1
            }
            let update = try models.prepareUpdate(
                "m", to: configuration(instances: Int32.random(in: 1...5, using: &random)))
            if Bool.random(using: &random) { update.commit() }
        }
        await answers.waitFor(sent)
        #expect(answers.errors.isEmpty && answers.count == sent)
        try models.prepareUpdate("m", to: configuration(instances: 1)).commit()
        while backend.liveInstances > 1 { await Task.yield() }
        models.unload("m")
        #expect(backend.liveModels == 1)
        withExtendedLifetime(model) {}
    }

    @Test func theModelIsFreedWithItsLastInstanceThoughAnUpdateIsPrepared() async throws {
        let backend = FakeBackend()
        let models = ModelSet([backend])
        try models.load(configuration(instances: 1))
        var update: ServableUpdate? = try models.prepareUpdate("m", to: configuration(instances: 3))
        models.unload("m")
        withExtendedLifetime(update) {}
        update = nil
        while backend.liveModels > 0 { await Task.yield() }
        #expect(backend.liveInstances == 0 && backend.callsOnForeignThreads == 0)
    }
}

/// Lets executions end only once as many as expected run at the same time, and remembers on which instances.
private final class Meeting: Sendable {
    private struct State {
        var rendezvous = Rendezvous(1)
        var present: Set<String> = []
    }

    private let state = Mutex(State())

    var present: Set<String> { state.withLock { $0.present } }

    func expect(_ count: Int) { state.withLock { $0 = State(rendezvous: Rendezvous(count)) } }

    func attend(_ batch: ExecutionBatch, _ context: InstanceContext) -> ExecutionResult {
        let rendezvous = state.withLock { state in
            state.present.insert(context.name)
            return state.rendezvous
        }
        guard rendezvous.arrive() else {
            return .failure(ServingError(.internal, "the other instances did not run"), count: batch.requests.count)
        }
        return FakeBackend.echo(batch)
    }
}
