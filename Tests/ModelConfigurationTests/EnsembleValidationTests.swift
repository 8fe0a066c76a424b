import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct EnsembleValidationTests {
    static let models: [String: String] = [
        "id_fp32":
            "max_batch_size: 8 input { name: 'INPUT0' data_type: TYPE_FP32 dims: 16 } output { name: 'OUTPUT0' data_type: TYPE_FP32 dims: 16 }",
        "flat":
            "input { name: 'I' data_type: TYPE_FP32 dims: [-1, 16] } output { name: 'O' data_type: TYPE_FP32 dims: [-1, 16] }",
        "text":
            "max_batch_size: 8 input { name: 'I' data_type: TYPE_FP32 dims: -1 } input { name: 'H' data_type: TYPE_INT32 dims: 1 optional: true } output { name: 'T' data_type: TYPE_STRING dims: 1 }",
        "stream":
            "max_batch_size: 8 input { name: 'I' data_type: TYPE_FP32 dims: 16 } output { name: 'O' data_type: TYPE_FP32 dims: 16 } model_transaction_policy { decoupled: true }",
        "small":
            "max_batch_size: 2 input { name: 'I' data_type: TYPE_FP32 dims: 16 } output { name: 'O' data_type: TYPE_FP32 dims: 16 }",
        "sum":
            "max_batch_size: 8 input { name: 'A' data_type: TYPE_FP32 dims: 16 } input { name: 'B' data_type: TYPE_FP32 dims: 16 } output { name: 'O' data_type: TYPE_FP32 dims: 16 }",
        "loop": "platform: 'ensemble' ensemble_scheduling { step { model_name: 'e' } }",
    ]

    private static let tensors =
        "input { name: 'IN' data_type: TYPE_FP32 dims: 16 } output { name: 'OUT' data_type: TYPE_FP32 dims: 16 } "

    private func step(_ model: String, _ inputs: [String: String], _ outputs: [String: String]) -> String {
        let inputs = inputs.map { "input_map { key: '\($0)' value: '\($1)' } " }.joined()
        let outputs = outputs.map { "output_map { key: '\($0)' value: '\($1)' } " }.joined()
        return "step { model_name: '\(model)' model_version: -1 \(inputs)\(outputs)} "
    }

    private func ensemble(tensors: String = Self.tensors, maxBatchSize: Int = 8, _ steps: String...) throws
        -> ModelConfig
    {
        let text =
            "platform: 'ensemble' max_batch_size: \(maxBatchSize) \(tensors) ensemble_scheduling { \(steps.joined()) }"
        return try ModelConfigurationLoader().configuration(
            text: Array(text.utf8), path: "config.pbtxt", modelName: "e", directory: ModelDirectoryListing())
    }

    private func validated(_ config: ModelConfig) throws -> ModelConfig {
        let models = try Dictionary(
            uniqueKeysWithValues: Self.models.map { name, text in
                var model = try ModelConfig(textFormat: text)
                model.name = name
                return (name, model)
            })
        return try EnsembleValidator(ensemble: config, models: models).validated()
    }

    private func failure(_ config: () throws -> ModelConfig) -> String? {
        do {
            _ = try validated(try config())
            return nil
        } catch {
            return (error as? ServingError)?.message.withoutPlaces
        }
    }

    @Test func acceptsAChain() throws {
        let config = try ensemble(
            step("id_fp32", ["INPUT0": "IN"], ["OUTPUT0": "s"]), step("id_fp32", ["INPUT0": "s"], ["OUTPUT0": "OUT"]))
        #expect(try validated(config) == config)
    }

    @Test func acceptsABatchDimensionThatIsSpeltOut() throws {
        _ = try validated(
            ensemble(step("id_fp32", ["INPUT0": "IN"], ["OUTPUT0": "s"]), step("flat", ["I": "s"], ["O": "OUT"])))
    }

    @Test func becomesDecoupledWithItsSteps() throws {
        let config = try ensemble(step("stream", ["I": "IN"], ["O": "OUT"]))
        #expect(config.isDecoupled == false)
        #expect(try validated(config).isDecoupled)
    }

    @Test func namesModelsThatAreMissing() {
        #expect(
            failure {
                try ensemble(step("zz", ["a": "IN"], ["b": "s"]), step("does_not_exist", ["a": "s"], ["b": "OUT"]))
            }
                == "ensemble e contains models that are not available or ambiguous: does_not_exist, zz")
    }

    @Test func comparesShapesAndTypes() {
        let wide =
            "input { name: 'IN' data_type: TYPE_FP32 dims: 99 } output { name: 'OUT' data_type: TYPE_FP32 dims: 16 }"
        #expect(
            failure { try ensemble(tensors: wide, step("id_fp32", ["INPUT0": "IN"], ["OUTPUT0": "OUT"])) }
                == "in ensemble e, ensemble tensor IN: inconsistent shape: [-1,99] is inferred from model e while [-1,16] is inferred from model id_fp32"
        )
        #expect(
            failure { try ensemble(step("text", ["I": "IN"], ["T": "OUT"])) }
                == "in ensemble e, ensemble tensor OUT: inconsistent data type: TYPE_FP32 is inferred from model e while TYPE_STRING is inferred from model text"
        )
        #expect(
            failure { try ensemble(maxBatchSize: 0, step("flat", ["I": "IN"], ["O": "OUT"])) }
                == "in ensemble e, ensemble tensor IN: inconsistent shape: [16] is inferred from model e while [-1,16] is inferred from model flat"
        )
        #expect(
            failure { try ensemble(step("text", ["I": "IN"], ["T": "s"]), step("small", ["I": "s"], ["O": "OUT"])) }
                == """
                ensemble e allows maximum batch size 8, but it contains model small which only allows maximum batch size to be 2
                in ensemble e, ensemble tensor s: inconsistent data type: TYPE_STRING is inferred from model text while TYPE_FP32 is inferred from model small
                """)
    }

    @Test func comparesBatchSizes() {
        #expect(
            failure { try ensemble(step("small", ["I": "IN"], ["O": "OUT"])) }
                == "ensemble e allows maximum batch size 8, but it contains model small which only allows maximum batch size to be 2"
        )
    }

    @Test func wantsEveryRequiredInput() {
        #expect(
            failure { try ensemble(step("sum", ["A": "IN"], ["O": "OUT"])) }
                == "in ensemble e, input B in model sum is not mapped to any ensemble tensors")
        let text =
            "input { name: 'IN' data_type: TYPE_FP32 dims: 16 } output { name: 'OUT' data_type: TYPE_STRING dims: 1 }"
        #expect(failure { try ensemble(tensors: text, step("text", ["I": "IN"], ["T": "OUT"])) } == nil)
    }

    @Test func rejectsTensorsThatTheModelLacks() {
        #expect(
            failure { try ensemble(step("id_fp32", ["INPUT0": "IN", "X": "IN"], ["OUTPUT0": "OUT"])) }
                == "in ensemble e, ensemble tensor IN is mapping to non-existing input X in model id_fp32")
        #expect(
            failure { try ensemble(step("id_fp32", ["INPUT0": "IN"], ["X": "OUT"])) }
                == "in ensemble e, ensemble tensor OUT is mapped from non-existing output X in model id_fp32")
    }

    @Test func rejectsMixingTwoStreams() {
        #expect(
            failure {
                try ensemble(
                    step("stream", ["I": "IN"], ["O": "a"]), step("stream", ["I": "IN"], ["O": "b"]),
                    step("sum", ["A": "a", "B": "b"], ["O": "OUT"]))
            } == "in ensemble e, step of model 'sum' receives inputs originated from different decoupled models")
    }

    @Test func rejectsCycles() {
        #expect(
            failure { try ensemble(step("loop", ["I": "IN"], ["O": "OUT"])) }
                == "circular dependency between ensembles: e -> ... -> e")
    }

    @Test func checksTheGraphByItself() {
        #expect(failure { try ensemble() } == "must specify 'step' for ensemble 'e'")
        #expect(
            failure { try ensemble(step("", [:], [:])) } == """
                must specify 'model_name' in step 0 of ensemble 'e'
                must specify 'input_map' in step 0 of ensemble 'e'
                must specify 'output_map' in step 0 of ensemble 'e'
                """)
        #expect(
            failure { try ensemble(step("a", ["x": "IN"], ["y": "OUT"]), step("b", ["x": "IN"], ["y": "OUT"])) }
                == "ensemble tensor 'OUT' can appear in an output map only once for ensemble 'e' step 1")
        #expect(
            failure { try ensemble(step("a", ["x": "IN"], ["y": "OUT", "z": "extra"])) }
                == "ensemble tensor 'extra' is unused in ensemble 'e'")
        #expect(
            failure { try ensemble(step("a", ["x": "IN", "z": "nowhere"], ["y": "OUT"])) } == """
                output 'OUT' for ensemble 'e' is not written: at least one of its depending tensors, 'nowhere', is not connected
                ensemble tensor 'nowhere' is unused in ensemble 'e'
                """)
        #expect(
            failure { try ensemble(step("a", ["x": "p"], ["y": "q"]), step("a", ["x": "q"], ["y": "p", "z": "OUT"])) }?
                .hasPrefix("ensemble input 'IN' for ensemble e' is not used") == true)
    }

    @Test(arguments: [
        ("instance_group { }", "instance group should not be specified for ensemble 'e'"),
        ("optimization { }", "optimization should not be specified for ensemble 'e'"),
        ("model_warmup { }", "model_warmup can not be specified for ensemble 'e'"),
    ]) func rejectsSettingsOfModels(text: String, expected: String) {
        #expect(
            failure { try ensemble(tensors: Self.tensors + text, step("a", ["x": "IN"], ["y": "OUT"])) } == expected)
    }
}
