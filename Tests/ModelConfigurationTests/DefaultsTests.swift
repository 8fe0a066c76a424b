import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct DefaultsTests {
    struct Completion: Sendable, CustomTestStringConvertible {
        var text: String
        var files: Set<String> = []
        var directories: Set<String> = []
        /// backend, platform, default_model_filename
        var expected: [String]
        var testDescription: String { "\(text) \(files.sorted()) \(directories.sorted())" }
    }

    static let completions = [
        Completion(text: "", files: ["model.pt", "notes.txt"], expected: ["pytorch", "pytorch_libtorch", "model.pt"]),
        Completion(text: "", files: ["model.pt2"], expected: ["pytorch", "torch_aoti", "model.pt2"]),
        Completion(text: "", files: ["model.onnx"], expected: ["onnxruntime", "onnxruntime_onnx", "model.onnx"]),
        Completion(text: "", directories: ["model.onnx"], expected: ["onnxruntime", "onnxruntime_onnx", "model.onnx"]),
        Completion(text: "", files: ["model.plan"], expected: ["tensorrt", "tensorrt_plan", "model.plan"]),
        Completion(text: "", files: ["model.xml"], expected: ["openvino", "", "model.xml"]),
        Completion(text: "", files: ["model.py"], expected: ["python", "", "model.py"]),
        Completion(
            text: "", directories: ["model.savedmodel"],
            expected: ["tensorflow", "tensorflow_savedmodel", "model.savedmodel"]),
        Completion(
            text: "", files: ["model.graphdef"], expected: ["tensorflow", "tensorflow_graphdef", "model.graphdef"]),
        Completion(
            text: "", files: ["model.py", "model.onnx"], expected: ["onnxruntime", "onnxruntime_onnx", "model.onnx"]),
        Completion(text: "backend: 'python'", files: ["model.pt", "model.py"], expected: ["python", "", "model.py"]),
        Completion(text: "backend: 'pytorch'", expected: ["pytorch", "pytorch_libtorch", "model.pt"]),
        Completion(text: "backend: 'pytorch'", files: ["model.pt2"], expected: ["pytorch", "torch_aoti", "model.pt2"]),
        Completion(text: "platform: 'pytorch_libtorch'", expected: ["pytorch", "pytorch_libtorch", "model.pt"]),
        Completion(text: "platform: 'libtorch'", expected: ["pytorch", "libtorch", "model.pt"]),
        Completion(text: "platform: 'onnxruntime_onnx'", expected: ["onnxruntime", "onnxruntime_onnx", "model.onnx"]),
        Completion(
            text: "default_model_filename: 'speech.pt'", files: ["speech.pt"],
            expected: ["pytorch", "pytorch_libtorch", "speech.pt"]),
        Completion(
            text: "backend: 'pytorch' default_model_filename: 'weights'",
            expected: ["pytorch", "pytorch_libtorch", "weights"]),
        Completion(text: "backend: 'identity'", files: ["model.pt"], expected: ["identity", "", ""]),
    ]

    @Test(arguments: completions) func completesTheBackend(_ completion: Completion) throws {
        var config = try ModelConfig(textFormat: completion.text)
        try config.completeBackend(
            modelName: "m",
            directory: ModelDirectoryListing(
                firstSubdirectory: "1", files: completion.files, directories: completion.directories))
        #expect([config.backend, config.platform, config.defaultModelFilename] == completion.expected)
        #expect(config.name == "m")
    }

    @Test func takesTheBackendFromTheDirectoryName() throws {
        var config = ModelConfig()
        try config.completeBackend(modelName: "m.identity", directory: ModelDirectoryListing())
        #expect([config.backend, config.platform, config.defaultModelFilename] == ["identity", "", "model.identity"])
    }

    @Test func namesAnEnsembleByItsScheduling() throws {
        var config = try ModelConfig(textFormat: CompleteConfiguration.ensemble)
        try config.completeBackend(modelName: "e", directory: ModelDirectoryListing())
        #expect([config.backend, config.platform, config.defaultModelFilename] == ["", "ensemble", ""])
    }

    @Test func saysWhatWasLookedFor() throws {
        let expected =
            "Invalid model name: Could not determine backend for model 'm' with no backend in model configuration. "
            + "Expected model name of the form 'model.<backend_name>'."
        for (listing, hint) in [
            (ModelDirectoryListing(), "There is no version directory"),
            (ModelDirectoryListing(firstSubdirectory: "1"), "it is empty"),
            (ModelDirectoryListing(firstSubdirectory: "1", files: ["model.bin"]), "it has model.bin"),
        ] {
            let error = #expect(throws: ServingError.self) {
                var config = ModelConfig()
                try config.completeBackend(modelName: "m", directory: listing)
            }
            #expect(error?.message.hasPrefix(expected) == true)
            #expect(error?.message.contains(hint) == true)
        }
    }

    @Test func choosesPreferredBatchSizes() throws {
        for (text, sizes) in [
            ("max_batch_size: 8 dynamic_batching { }", [8]), ("dynamic_batching { }", []),
            ("max_batch_size: 8 dynamic_batching { preferred_batch_size: 2 }", [2]),
        ] as [(String, [Int32])] {
            var config = try ModelConfig(textFormat: text)
            config.normalize()
            #expect(config.dynamicBatching?.preferredBatchSizes == sizes)
        }
        var config = try ModelConfig(textFormat: "max_batch_size: 8 sequence_batching { oldest { } }")
        config.normalize()
        guard case .oldest(let oldest)? = config.sequenceBatching?.strategy else { throw MissingStrategy() }
        #expect(oldest.preferredBatchSizes == [8])
        #expect(config.sequenceBatching?.maxSequenceIdleMicroseconds == 1_000_000)
    }

    private struct MissingStrategy: Error {}

    @Test func keepsWhatIsSet() throws {
        let text =
            "version_policy { all { } } optimization { input_pinned_memory { enable: false } } "
            + "sequence_batching { max_sequence_idle_microseconds: 5 }"
        var config = try ModelConfig(textFormat: text)
        config.normalize()
        #expect(config.versionPolicy == .all)
        #expect(config.optimization?.inputPinnedMemory?.enable == false)
        #expect(config.optimization?.outputPinnedMemory?.enable == true)
        #expect(config.sequenceBatching?.maxSequenceIdleMicroseconds == 5)
    }

    @Test func leavesEnsemblesWithoutInstances() throws {
        var config = try ModelConfig(textFormat: "ensemble_scheduling { }")
        config.normalize()
        config.normalizeInstanceGroups()
        #expect(config.instanceGroups == [])
        #expect(config.optimization == nil)
        #expect(config.transactionPolicy?.decoupled == false)
        #expect(config.versionPolicy == .latest(count: 1))
    }

    /// Text, GPUs, and what the groups become: name, kind, count, GPUs.
    static let groups: [(String, [Int32], [String])] = [
        ("", [], ["m KIND_CPU 1 []"]),
        ("", [0, 1], ["m KIND_GPU 1 [0, 1]"]),
        ("backend: 'onnxruntime'", [], ["m KIND_CPU 2 []"]),
        ("backend: 'onnxruntime' instance_group { count: 1 }", [], ["m_0 KIND_CPU 1 []"]),
        ("backend: 'onnxruntime'", [0], ["m KIND_GPU 1 [0]"]),
        (
            "instance_group [ { }, { name: 'x' count: 3 }, { kind: KIND_MODEL } ]", [],
            ["m_0 KIND_CPU 1 []", "x KIND_CPU 3 []", "m_2 KIND_MODEL 1 []"]
        ),
        ("instance_group { gpus: 1 }", [0, 1], ["m_0 KIND_GPU 1 [1]"]),
        ("instance_group { gpus: 7 }", [0, 1], ["m_0 KIND_CPU 1 [7]"]),
        ("instance_group { kind: KIND_GPU }", [], ["m_0 KIND_GPU 1 []"]),
        ("instance_group { count: -5 }", [], ["m_0 KIND_CPU 1 []"]),
    ]

    @Test(arguments: groups) func completesInstanceGroups(text: String, gpus: [Int32], expected: [String]) throws {
        var config = try ModelConfig(textFormat: "name: 'm' " + text)
        config.normalizeInstanceGroups(gpus: gpus)
        let once = config
        config.normalizeInstanceGroups(gpus: gpus)
        #expect(config == once)
        let kinds: [ModelInstanceGroup.Kind: String] = [
            .auto: "KIND_AUTO", .cpu: "KIND_CPU", .gpu: "KIND_GPU", .model: "KIND_MODEL",
        ]
        #expect(config.instanceGroups.map { "\($0.name) \(kinds[$0.kind] ?? "") \($0.count) \($0.gpus)" } == expected)
    }
}
