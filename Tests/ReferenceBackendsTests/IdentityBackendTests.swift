import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ReferenceBackends
import Testing

@Suite struct IdentityBackendTests {
    func configuration(
        inputs: [(String, DataType, Shape)] = [("INPUT0", .fp32, [2])],
        outputs: [(String, DataType, Shape)] = [("OUTPUT0", .fp32, [2])], maxBatchSize: Int32 = 0,
        parameters: [String: String] = [:]
    ) -> ModelConfig {
        .forTesting(
            "id", backend: "identity", maxBatchSize: maxBatchSize, inputs: inputs, outputs: outputs,
            parameters: parameters)
    }

    @Test func theAnswerIsTheInputItselfWithTritonsParameters() async throws {
        let model = try ModelSet([IdentityBackend()]).load(configuration())
        let input = Tensor.forTesting("INPUT0", .fp32, [2], [Float(1), 2])
        let response = try await model.infer(.forTesting("id", [input])).get()
        #expect(response.outputs.map(\.name) == ["OUTPUT0"])
        #expect(response.outputs.first?.shape == [2])
        #expect(response.outputs.first?.bytes.pointer.baseAddress == input.bytes.pointer.baseAddress, "not a copy")
        #expect(
            response.parameters == [
                "param0": .string("an example string parameter"), "param1": .int64(42), "param2": .bool(false),
                "param3": .double(123.123),
            ])
    }

    @Test func outputsAreCopiedWhenAskedFor() async throws {
        let model = try ModelSet([IdentityBackend()]).load(configuration(parameters: ["copy_outputs": "true"]))
        let input = Tensor.forTesting("INPUT0", .fp32, [2], [Float(1), 2])
        let response = try await model.infer(.forTesting("id", [input])).get()
        #expect(response.outputs.first?.bytes.pointer.baseAddress != input.bytes.pointer.baseAddress)
        #expect(response.outputs.first?.elements(Float.self) == [1, 2])
    }

    @Test func outputsComeInTheOrderOfTheirNames() async throws {
        let indices = [0, 1, 2, 10]
        let model = try ModelSet([IdentityBackend()]).load(
            configuration(
                inputs: indices.map { ("INPUT\($0)", .int32, [1]) },
                outputs: indices.map { ("OUTPUT\($0)", .int32, [1]) }))
        let inputs = indices.map { Tensor.forTesting("INPUT\($0)", .int32, [1], [Int32($0)]) }
        let response = try await model.infer(.forTesting("id", inputs)).get()
        #expect(response.outputs.map(\.name) == ["OUTPUT0", "OUTPUT1", "OUTPUT10", "OUTPUT2"])
        #expect(response.outputs.flatMap { $0.elements(Int32.self) } == [0, 1, 10, 2])
    }

    @Test func anOutputWithoutItsOptionalInputIsAnError() async throws {
        var configuration = configuration(
            inputs: [("INPUT0", .int32, [1]), ("INPUT1", .int32, [1])],
            outputs: [("OUTPUT0", .int32, [1]), ("OUTPUT1", .int32, [1])])
        for index in configuration.inputs.indices { configuration.inputs[index].optional = true }
        let model = try ModelSet([IdentityBackend()]).load(configuration)
        let input = Tensor.forTesting("INPUT1", .int32, [1], [Int32(5)])
        let wanted = try await model.infer(.forTesting("id", [input], outputs: ["OUTPUT1"])).get()
        #expect(wanted.outputs.first?.elements(Int32.self) == [5])
        let all = await model.infer(.forTesting("id", [input]))
        #expect(throws: ServingError(.unsupported, "failed to get input 'INPUT0'")) { try all.get() }
    }

    @Test func aCorrelationIDMustBeANumber() async throws {
        let model = try ModelSet([IdentityBackend()]).load(configuration(maxBatchSize: 4))
        var request = InferenceRequest.forTesting("id", [.forTesting("INPUT0", .fp32, [1, 2], [Float(1), 2])])
        request.correlationID = .string("abc")
        let answer = await model.infer(request)
        #expect(
            throws: ServingError(
                .invalidArgument, "[request id: <id_unknown>] correlation ID in request is not an unsigned int")
        ) { try answer.get() }
        let statistics = model.statistics.snapshot()
        #expect(statistics.batches.map(\.batchSize) == [0], "an execution that answered nothing counts as batch 0")
        #expect(statistics.fail.count == 1 && statistics.executionCount == 1 && statistics.inferenceCount == 0)
    }

    @Test func statisticsShowTheBatchSizesThatTritonsBackendReports() async throws {
        let models = ModelSet([IdentityBackend()])
        let batching = try models.load(configuration(maxBatchSize: 8))
        let input = Tensor.forTesting("INPUT0", .fp32, [3, 2], [Float](repeating: 0, count: 6))
        _ = await batching.infer(.forTesting("id", [input]))
        #expect(batching.statistics.snapshot().batches.map(\.batchSize) == [3])
        #expect(batching.statistics.snapshot().inferenceCount == 3)

        let plain = try models.load(configuration())
        _ = await plain.infer(.forTesting("id", [.forTesting("INPUT0", .fp32, [2], [Float(0), 0])]))
        #expect(plain.statistics.snapshot().batches.map(\.batchSize) == [0])
        #expect(plain.statistics.snapshot().inferenceCount == 1)
    }

    @Test func configurationsThatCannotBeCopiedAreRefusedInTritonsWords() {
        let cases: [([(String, DataType, Shape)], [(String, DataType, Shape)], String)] = [
            ([], [("OUTPUT0", .fp32, [1])], "model configuration must have equal input/output pairs"),
            (
                [("INPUT0", .int32, [1])], [("OUTPUT0", .fp32, [1])],
                "expected input and output datatype to match, got TYPE_INT32 and TYPE_FP32"
            ),
            (
                [("INPUT0", .int32, [1])], [("OUTPUT0", .int32, [2])],
                "expected input and output shape to match, got [1] and [2]"
            ),
            ([("INPUT0", .int32, [1])], [("OUTPUT1", .int32, [1])], "expected input and output indices to match"),
            (
                [("X", .int32, [1])], [("OUTPUT0", .int32, [1])],
                "expected input name to follow INPUT<index> pattern, got 'X'"
            ),
            (
                [("INPUT0", .int32, [1])], [("Y", .int32, [1])],
                "expected output name to follow OUTPUT<index> pattern, got 'Y'"
            ),
        ]
        for (inputs, outputs, message) in cases {
            #expect(throws: ServingError(.invalidArgument, message)) {
                try ModelSet([IdentityBackend()]).load(configuration(inputs: inputs, outputs: outputs))
            }
        }
    }

    @Test func twoInputsOfOneNameLackAnIndex() {
        #expect(throws: ServingError(.invalidArgument, "expected input and output indices to match")) {
            try ModelSet([IdentityBackend()]).load(
                configuration(
                    inputs: [("INPUT0", .int32, [1]), ("INPUT0", .int32, [1])],
                    outputs: [("OUTPUT0", .int32, [1]), ("OUTPUT1", .int32, [1])]))
        }
    }

    @Test func reshapedTensorsAreComparedAsTheModelSeesThem() async throws {
        var configuration = configuration(
            inputs: [("INPUT0", .fp32, [1])], outputs: [("OUTPUT0", .fp32, [1])], maxBatchSize: 4)
        configuration.inputs[0].reshape = []
        configuration.outputs[0].reshape = []
        let model = try ModelSet([IdentityBackend()]).load(configuration)
        let input = Tensor.forTesting("INPUT0", .fp32, [2, 1], [Float(1), 2])
        let response = try await model.infer(.forTesting("id", [input])).get()
        #expect(response.outputs.first?.shape == [2, 1])
    }

    @Test func eachNthRequestFailsWhenAskedFor() async throws {
        let model = try ModelSet([IdentityBackend()]).load(configuration(parameters: ["fail_every_nth": "3"]))
        var failures: [Int] = []
        for number in 1...7 {
            let input = Tensor.forTesting("INPUT0", .fp32, [2], [Float(0), 0])
            if case .failure = await model.infer(.forTesting("id", [input])) { failures.append(number) }
        }
        #expect(failures == [3, 6])
    }

    @Test func loadingFailsWhenAskedForOrWhenAParameterIsNoNumber() {
        #expect(throws: ServingError(.internal, "disk on fire")) {
            try ModelSet([IdentityBackend()]).load(configuration(parameters: ["fail_load": "disk on fire"]))
        }
        #expect(throws: ServingError.self) {
            try ModelSet([IdentityBackend()]).load(configuration(parameters: ["execute_delay_ms": "soon"]))
        }
    }
}
