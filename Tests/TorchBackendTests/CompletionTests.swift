import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing
import TorchBackend

/// Inputs and outputs found by trial runs.
@Suite(.needsTorch) struct CompletionTests {
    private func complete(_ file: String, _ configure: (inout ModelConfig) -> Void = { _ in }) throws -> ModelConfig {
        try TorchFixture.backend.completeConfiguration(TorchFixture.context(file, configure))
    }

    private func summary(_ configuration: ModelConfig) -> [String] {
        configuration.inputs.map { "\($0.name) \($0.dataType.protocolName) \($0.dims)" }
            + configuration.outputs.map { "\($0.name) \($0.dataType.protocolName) \($0.dims)" }
    }

    @Test(arguments: [
        ("classifier", ["x FP32 [-1,64]", "OUTPUT__0 FP32 [-1,10]"]),
        ("attention", ["x FP32 [-1,-1,8]", "OUTPUT__0 FP32 [-1,-1,8]"]),
        ("attention_traced", ["x FP32 [-1,-1,8]", "OUTPUT__0 FP32 [-1,-1,8]"]),
        ("convolution", ["x FP32 [-1,3,-1]", "OUTPUT__0 FP32 [-1,5,-1]"]),
        ("embedding", ["input_ids INT64 [-1,-1]", "attention_mask INT64 [-1,-1]", "OUTPUT__0 FP32 [-1,6]"]),
        ("subtract", ["left FP32 [-1,-1]", "right FP32 [-1,-1]", "OUTPUT__0 FP32 [-1,-1]"]),
        ("integers", ["x INT64 [-1,80]", "OUTPUT__0 INT64 [-1,80]"]),
        ("upper", ["texts BYTES [-1]", "OUTPUT__0 BYTES [-1]"]),
        ("text_lengths", ["texts BYTES [-1]", "OUTPUT__0 INT64 [-1]", "OUTPUT__1 BYTES [-1]"]),
        ("optional", ["x FP32 [-1,-1]", "OUTPUT__0 FP32 [-1,-1]"]),
        ("named_tuple", ["x FP32 [-1,-1,-1]", "mean FP32 [-1,-1]", "spread FP32 [-1,-1]"]),
        ("two_outputs", ["x FP32 [-1,-1,-1]", "OUTPUT__0 FP32 [-1,-1,-1]", "OUTPUT__1 INT64 [-1,-1,-1]"]),
    ])
    func shapesAreFound(file: String, expected: [String]) throws {
        let configuration = try complete(file)
        #expect(summary(configuration) == expected)
        #expect(configuration.maxBatchSize == 0)
    }

    @Test func theFoundConfigurationServes() throws {
        let configuration = try complete("classifier")
        let instance = try TorchFixture.instance("classifier") { $0 = configuration }
        let y = try instance.run([.floats("x", [2, 64], Array(repeating: 0.5, count: 128))])[0]
        #expect(y.shape == [2, 10])
        #expect(abs(y.floats[..<10].reduce(0, +) - 1) < 1e-5)
    }

    @Test func withABatchSizeTheFirstDimensionIsLeftOut() throws {
        #expect(summary(try complete("classifier") { $0.maxBatchSize = 8 }) == ["x FP32 [64]", "OUTPUT__0 FP32 [10]"])
        let texts = try complete("upper") { $0.maxBatchSize = 8 }
        #expect(texts.inputs[0].dims == [1])
        #expect(texts.inputs[0].reshape == [])
    }

    @Test func aBatchSizeThatDoesNotFitIsAnError() {
        let error = #expect(throws: ServingError.self) { try complete("reset") { $0.maxBatchSize = 8 } }
        #expect(error?.message.contains("set max_batch_size to 0") == true)
    }

    @Test func configuredInputsGiveTheOutputs() throws {
        let configuration = try complete("dictionary") {
            $0.add(input: "a", .fp32, [-1, 2])
            $0.add(input: "b", .fp32, [-1, 2])
        }
        #expect(
            summary(configuration) == ["a FP32 [-1,2]", "b FP32 [-1,2]", "sum FP32 [-1,2]", "difference FP32 [-1,2]"])
    }

    @Test func aCompleteConfigurationIsLeftAlone() throws {
        let context = TorchFixture.context("there_is_no_such_file") {
            $0.add(input: "anything")
            $0.add(output: "at_all")
        }
        #expect(try TorchFixture.backend.completeConfiguration(context) == context.configuration)
    }

    @Test(arguments: [
        ("never_fits", "no input is good enough", ["x FP32 [-1]", "OUTPUT__0 FP32 [-1]"]),
        ("dictionary", "dictionary, whose keys only you know", ["<key> FP32 [-1]", "<key> FP32 [-1]"]),
        (
            "scalar_argument", "argument 'rate' of forward is one int",
            ["x FP32 [-1]", "rate INT64 [1]", "OUTPUT__0 FP32 [-1]"]
        ),
        ("text_argument", "argument 'mode' of forward has type str", ["x FP32 [-1]", "OUTPUT__0 FP32 [-1]"]),
        ("scalar_out", "List / Dictionary of Tensors or a Scalar", ["x FP32 [-1]", "OUTPUT__0 FP32 [1]"]),
    ])
    func theErrorHoldsTheConfigurationToWrite(file: String, reason: String, tensors: [String]) throws {
        let error = #expect(throws: ServingError.self) { try complete(file) }
        let message = error?.message ?? ""
        #expect(message.contains(reason), "\(message)")
        let text = try #require(message.split(separator: "config.pbtxt, for example:\n").last)
        #expect(text.hasPrefix("# data_type and dims of "), "\(text)")
        let configuration = try ModelConfig(textFormat: String(text))
        #expect(configuration.name == file)
        #expect(configuration.backend == "pytorch")
        #expect(summary(configuration) == tensors)
    }

    @Test func trialRunsLeaveTheStateAlone() throws {
        let configuration = try complete("returns_state")
        let instance = try TorchFixture.instance("returns_state") { $0 = configuration }
        #expect(try instance.run([.floats("x", [2], [1, 2])])[0].floats == [1, 2])
    }
}
