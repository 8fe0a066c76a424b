import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ReferenceBackends
import Synchronization
import Testing

@Suite struct EnsembleServableTests {
    typealias Tensors = [(String, DataType, Shape)]

    static let x: Tensors = [("X", .fp32, [2])]
    static let y: Tensors = [("Y", .fp32, [2])]

    /// IN -> a -> {b, c} -> d -> OUT; c's output is the ensemble's SIDE too.
    static let diamond = ModelConfig.ensembleForTesting(
        "e", maxBatchSize: 4, inputs: [("IN", .fp32, [2])], outputs: [("OUT", .fp32, [2]), ("SIDE", .fp32, [2])],
        steps: [
            ("a", ["X": "IN"], ["Y": "s"]), ("b", ["X": "s"], ["Y": "left"]), ("c", ["X": "s"], ["Y": "SIDE"]),
            ("d", ["L": "left", "R": "SIDE"], ["Y": "OUT"]),
        ])

    func loadDiamond(_ backend: FakeBackend, into models: ModelSet) throws -> any Servable {
        for name in ["a", "b", "c"] {
            try models.load(.forTesting(name, maxBatchSize: 4, inputs: Self.x, outputs: Self.y))
        }
        try models.load(
            .forTesting("d", maxBatchSize: 4, inputs: [("L", .fp32, [2]), ("R", .fp32, [2])], outputs: Self.y))
        return try models.load(Self.diamond)
    }

    func request(_ model: String = "e", outputs: [String] = [], id: String = "") -> InferenceRequest {
        .forTesting(model, [.forTesting("IN", .fp32, [1, 2], [Float(1), 2])], outputs: outputs, id: id)
    }

    /// Adds 1 in a, 10 in b, 100 in c; sums in d.
    static func arithmetic(_ batch: ExecutionBatch, _ instance: InstanceContext) -> ExecutionResult {
        let step: Float = ["a": 1, "b": 10, "c": 100][String(instance.name.prefix(1))] ?? 0
        return ExecutionResult(
            answers: batch.requests.map { request in
                let columns = request.inputs.map { $0.elements(Float.self) }
                let sum = (columns.first ?? []).indices.map { index in columns.reduce(step) { $0 + $1[index] } }
                let shape = request.inputs.first?.shape ?? []
                return .success(.init(outputs: [.forTesting("Y", .fp32, shape, sum)]))
            })
    }

    @Test func aDiamondFlowsThroughBothSides() async throws {
        let backend = FakeBackend(execute: Self.arithmetic)
        let models = ModelSet([backend])
        let response = try await loadDiamond(backend, into: models).infer(request(id: "42")).get()
        #expect(response.modelName == "e" && response.modelVersion == 1 && response.id == "42")
        #expect(response.outputs.map(\.name) == ["OUT", "SIDE"])
        #expect(response.outputs.map { $0.elements(Float.self) } == [[114, 116], [102, 103]])
        #expect(backend.executions.count == 4)
    }

    @Test func stepsThatDoNotDependOnEachOtherRunAtTheSameTime() async throws {
        let together = Rendezvous(2)
        let backend = FakeBackend { batch, instance in
            if ["b_0_0", "c_0_0"].contains(instance.name), !together.arrive() {
                return .failure(ServingError(.internal, "\(instance.name) ran alone"), count: batch.requests.count)
            }
            return Self.arithmetic(batch, instance)
        }
        let answer = try await loadDiamond(backend, into: ModelSet([backend])).infer(request())
        #expect(throws: Never.self) { try answer.get() }
    }

    @Test func onlyWhatTheRequestedOutputsNeedIsRun() async throws {
        let backend = FakeBackend(execute: Self.arithmetic)
        let response = try await loadDiamond(backend, into: ModelSet([backend])).infer(request(outputs: ["SIDE"])).get()
        #expect(response.outputs.map(\.name) == ["SIDE"])
        #expect(backend.executions.map(\.instance) == ["a_0_0", "c_0_0"])
    }

    @Test func tensorsPassByReference() async throws {
        let models = ModelSet([IdentityBackend()])
        try models.load(
            .forTesting(
                "id", backend: "identity", maxBatchSize: 4, inputs: [("INPUT0", .fp32, [2])],
                outputs: [("OUTPUT0", .fp32, [2])]))
        let chain = try models.load(
            .ensembleForTesting(
                "e", maxBatchSize: 4, inputs: [("IN", .fp32, [2])], outputs: [("OUT", .fp32, [2])],
                steps: [
                    ("id", ["INPUT0": "IN"], ["OUTPUT0": "s1"]), ("id", ["INPUT0": "s1"], ["OUTPUT0": "s2"]),
                    ("id", ["INPUT0": "s2"], ["OUTPUT0": "OUT"]),
                ]))
        let input = Tensor.forTesting("IN", .fp32, [1, 2], [Float(1), 2])
        let response = try await chain.infer(.forTesting("e", [input])).get()
        #expect(response.outputs.first?.bytes.pointer.baseAddress == input.bytes.pointer.baseAddress)
        #expect(
            response.parameters == [
                "sequence_id": .int64(0), "sequence_start": .bool(false), "sequence_end": .bool(false),
            ], "the steps' own response parameters stay inside")
    }

    @Test func requestFieldsReachEveryStep() async throws {
        let backend = FakeBackend(execute: Self.arithmetic)
        var request = request(id: "r")
        request.parameters = ["temperature": .double(0.5)]
        request.priority = 3
        request.timeoutMicroseconds = 1_000_000
        request.correlationID = .unsigned(9)
        request.sequenceStart = true
        let flag = CancellationFlag()
        request.cancellation = flag
        let response = try await loadDiamond(backend, into: ModelSet([backend])).infer(request).get()
        #expect(backend.executions.count == 4)
        for step in backend.executions.flatMap(\.requests) {
            #expect(step.id == "r" && step.priority == 3 && step.timeoutMicroseconds == 1_000_000)
            #expect(step.parameters == request.parameters)
            #expect(step.correlationID == .unsigned(9) && step.sequenceStart && !step.sequenceEnd)
            #expect(step.cancellation === flag)
        }
        #expect(response.parameters["sequence_id"] == .int64(9))
        #expect(response.parameters["sequence_start"] == .bool(true))
    }

    @Test func sequenceParametersOfAStepGoDownstream() async throws {
        let backend = FakeBackend { batch, instance in
            var result = Self.arithmetic(batch, instance)
            guard instance.name == "a_0_0" else { return result }
            result.answers = result.answers.map { answer in
                answer.map { answer in
                    var answer = answer
                    answer.parameters = ["sequence_id": .string("call"), "sequence_end": .bool(true)]
                    return answer
                }
            }
            return result
        }
        var request = request()
        request.sequenceStart = true
        let response = try await loadDiamond(backend, into: ModelSet([backend])).infer(request).get()
        for step in backend.executions where step.instance != "a_0_0" {
            let request = step.requests[0]
            #expect(request.correlationID == .string("call") && !request.sequenceStart && request.sequenceEnd)
        }
        #expect(
            response.parameters == [
                "sequence_id": .string("call"), "sequence_start": .bool(false), "sequence_end": .bool(true),
            ])
    }

    @Test func aFailingStepIsNamedByItsEnsembleAndEndsTheRequestOnce() async throws {
        let gate = Gate()
        let otherSideRuns = Gate()
        let backend = FakeBackend { batch, instance in
            switch instance.name {
            case "b_0_0":
                otherSideRuns.wait()
                return .failure(ServingError(.unavailable, "out of memory"), count: batch.requests.count)
            case "c_0_0":
                otherSideRuns.open()
                gate.wait()
                return Self.arithmetic(batch, instance)
            default: return Self.arithmetic(batch, instance)
            }
        }
        let models = ModelSet([backend])
        let ensemble = try loadDiamond(backend, into: models)
        let answers = Answers()
        ensemble.enqueue(request(), answers.responder("r"))
        while models.servable("b")?.statistics.snapshot().fail.count == 0 { await Task.yield() }
        #expect(answers.count == 0, "running steps are awaited")
        gate.open()
        await answers.waitFor(1)
        #expect(answers.errors["r"] == ServingError(.unavailable, "in ensemble 'e', out of memory"))
        #expect(!backend.executions.contains { $0.instance == "d_0_0" })
        let statistics = ensemble.statistics.snapshot()
        #expect(statistics.fail.count == 1 && statistics.success.count == 0 && statistics.executionCount == 0)
    }

    @Test func aStepsValidationErrorIsNamedToo() async throws {
        let backend = FakeBackend { batch, _ in
            ExecutionResult(
                answers: batch.requests.map { _ in
                    .success(.init(outputs: [.forTesting("Y", .fp32, [1, 3], [Float(1), 2, 3])]))
                })
        }
        let answer = try await loadDiamond(backend, into: ModelSet([backend])).infer(request())
        let error = #expect(throws: ServingError.self) { try answer.get() }
        #expect(error?.code == .invalidArgument)
        #expect(
            error?.message.hasPrefix("in ensemble 'e', [request id: <id_unknown>] unexpected shape for input 'X'")
                == true)
    }

    @Test func aMissingComposingModelIsNamed() async throws {
        let backend = FakeBackend(execute: Self.arithmetic)
        let models = ModelSet([backend])
        let ensemble = try loadDiamond(backend, into: models)
        models.unload("c")
        let answer = await ensemble.infer(request())
        #expect(
            throws: ServingError(.notFound, "in ensemble 'e', Request for unknown model: 'c' is not found")
        ) { try answer.get() }
        #expect(backend.executions.isEmpty)
    }

    @Test func theEnsemblesOwnValidationErrorsCarryNoPrefix() async throws {
        let backend = FakeBackend(execute: Self.arithmetic)
        let ensemble = try loadDiamond(backend, into: ModelSet([backend]))
        let answer = await ensemble.infer(.forTesting("e", [.forTesting("WRONG", .fp32, [1, 2], [Float(1), 2])]))
        #expect(throws: ServingError(.invalidArgument, "unexpected inference input 'WRONG' for model 'e'")) {
            try answer.get()
        }
        #expect(ensemble.statistics.snapshot().fail.count == 0)
    }

    @Test func anOptionalInputThatIsAbsentStaysAbsent() async throws {
        let seen = Mutex<[[String]]>([])
        let backend = FakeBackend { batch, _ in
            seen.withLock { $0 += batch.requests.map { $0.inputs.map(\.name) } }
            return FakeBackend.echo(batch)
        }
        let models = ModelSet([backend])
        var step = ModelConfig.forTesting("s", inputs: [("X", .fp32, [2]), ("Z", .fp32, [2])], outputs: Self.y)
        step.inputs[1].optional = true
        try models.load(step)
        var configuration = ModelConfig.ensembleForTesting(
            "e", inputs: [("IN", .fp32, [2]), ("EXTRA", .fp32, [2])], outputs: [("OUT", .fp32, [2])],
            steps: [("s", ["X": "IN", "Z": "EXTRA"], ["Y": "OUT"])])
        configuration.inputs[1].optional = true
        let ensemble = try models.load(configuration)
        let input = Tensor.forTesting("IN", .fp32, [2], [Float(1), 2])
        _ = try await ensemble.infer(.forTesting("e", [input])).get()
        var extra = input
        extra.name = "EXTRA"
        _ = try await ensemble.infer(.forTesting("e", [input, extra])).get()
        #expect(seen.withLock { $0 } == [["X"], ["X", "Z"]])
    }

    @Test func anOutputThatAStepLeavesOutIsAbsentInTheAnswer() async throws {
        let backend = FakeBackend { batch, instance in
            guard instance.name == "c_0_0" else { return Self.arithmetic(batch, instance) }
            return ExecutionResult(answers: batch.requests.map { _ in .success(.init(outputs: [])) })
        }
        let models = ModelSet([backend])
        let ensemble = try loadDiamond(backend, into: models)
        let response = try await ensemble.infer(request(outputs: ["SIDE"])).get()
        #expect(response.outputs.isEmpty)
        // The join needs it, so its own validation speaks.
        let joined = await ensemble.infer(request(outputs: ["OUT"]))
        let error = #expect(throws: ServingError.self) { try joined.get() }
        #expect(
            error?.message.hasPrefix("in ensemble 'e', [request id: <id_unknown>] expected 2 inputs but got 1") == true)
    }

    @Test func anEnsembleInsideAnEnsembleNamesBoth() async throws {
        let models = ModelSet([IdentityBackend()])
        try models.load(
            .forTesting(
                "id", backend: "identity", inputs: [("INPUT0", .fp32, [2])], outputs: [("OUTPUT0", .fp32, [2])],
                parameters: ["fail_every_nth": "2"]))
        try models.load(
            .ensembleForTesting(
                "inner", inputs: Self.x, outputs: Self.y, steps: [("id", ["INPUT0": "X"], ["OUTPUT0": "Y"])]))
        let outer = try models.load(
            .ensembleForTesting(
                "outer", inputs: [("IN", .fp32, [2])], outputs: [("OUT", .fp32, [2])],
                steps: [("inner", ["X": "IN"], ["Y": "OUT"])]))
        let input = Tensor.forTesting("IN", .fp32, [2], [Float(1), 2])
        let response = try await outer.infer(.forTesting("outer", [input])).get()
        #expect(response.outputs.first?.elements(Float.self) == [1, 2])
        let failed = await outer.infer(.forTesting("outer", [input]))
        #expect(
            throws: ServingError(
                .internal, "in ensemble 'outer', in ensemble 'inner', request 2 fails as 'fail_every_nth' asks")
        ) { try failed.get() }
        let statistics = outer.statistics.snapshot()
        #expect(statistics.success.count == 1 && statistics.fail.count == 1)
    }

    @Test func ensemblesThatFormARingEndInAnError() async throws {
        let models = ModelSet([])
        for (name, next) in [("ring1", "ring2"), ("ring2", "ring1")] {
            try models.load(
                .ensembleForTesting(name, inputs: Self.x, outputs: Self.y, steps: [(next, ["X": "X"], ["Y": "Y"])]))
        }
        let ring = try #require(models.servable("ring1"))
        let input = Tensor.forTesting("X", .fp32, [2], [Float(1), 2])
        let answer = await ring.infer(.forTesting("ring1", [input]))
        let error = #expect(throws: ServingError.self) { try answer.get() }
        #expect(error?.message.contains("more than 64 deep") == true)
    }

    @Test func aLongChainOfStepsThatAnswerAtOnceDoesNotGrowTheStack() async throws {
        // Each step fails its own validation inside the call that issues it, or is an ensemble that answers inline; a
        // request whose model echoes inline is the worst case.
        let models = ModelSet([])
        let inline = InlineServable("inline")
        models.add(inline)
        let length = 3_000
        let ensemble = try models.load(
            .ensembleForTesting(
                "e", inputs: Self.x, outputs: Self.y,
                steps: (0..<length).map { index in
                    (
                        "inline", ["X": index == 0 ? "X" : "t\(index)"],
                        ["Y": index == length - 1 ? "Y" : "t\(index + 1)"]
                    )
                }))
        let input = Tensor.forTesting("X", .fp32, [2], [Float(1), 2])
        let response = try await ensemble.infer(.forTesting("e", [input])).get()
        #expect(response.outputs.first?.elements(Float.self) == [1, 2])
        #expect(inline.deepestCall < 16, "calls were nested \(inline.deepestCall) deep")
    }

    @Test(arguments: 0..<8)
    func randomFaultsAndCancelsGiveEachRequestOneAnswer(seed: Int) async throws {
        let backend = FakeBackend { batch, instance in
            ExecutionResult(
                answers: batch.requests.map { request in
                    let hash = "\(request.id)/\(instance.name)/\(seed)".utf8.reduce(UInt64(seed)) {
                        $0 &* 31 &+ UInt64($1)
                    }
                    if hash % 9 == 0 { return .failure(ServingError(.internal, "fault")) }
                    return Self.arithmetic(ExecutionBatch(requests: [request], totalBatchSize: 1), instance).answers[0]
                })
        }
        let ensemble = try loadDiamond(backend, into: ModelSet([backend]))
        let answers = Answers()
        let total = 200
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(seed * 4 + client))
                    for number in stride(from: client, to: total, by: 4) {
                        var request = request(id: String(number))
                        let flag = CancellationFlag()
                        request.cancellation = flag
                        ensemble.enqueue(request, answers.responder(String(number)))
                        if Int.random(in: 0..<6, using: &random) == 0 { flag.cancel() }
                        if Int.random(in: 0..<9, using: &random) == 0 { await Task.yield() }
                    }
                }
            }
        }
        await answers.waitFor(total)
        #expect(answers.count == total && answers.duplicates == 0)
        for response in answers.responses.values {
            #expect(response.outputs.map { $0.elements(Float.self) } == [[114, 116], [102, 103]])
        }
        #expect(answers.errors.values.allSatisfy { $0.message.hasPrefix("in ensemble 'e', ") })
        let statistics = ensemble.statistics.snapshot()
        #expect(Int(statistics.success.count) == answers.responses.count)
        #expect(Int(statistics.fail.count) == answers.errors.count)
    }
}
