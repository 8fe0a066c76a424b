import Foundation
import ModelConfiguration
import Testing

/// Configurations of a model repository, and how Triton printed them after it had loaded the models.
@Suite struct RecordedConfigurationTests {
    static let listings: [String: ModelDirectoryListing] = [
        "ts_mlp": ModelDirectoryListing(firstSubdirectory: "1", files: ["model.pt"]),
        "onnx_mlp": ModelDirectoryListing(firstSubdirectory: "1", files: ["model.onnx"]),
        "py_identity": ModelDirectoryListing(firstSubdirectory: "1", files: ["model.py"]),
        "py_error": ModelDirectoryListing(firstSubdirectory: "1", files: ["model.py"]),
    ]

    static let models = [
        "ens_id3", "id_bytes", "id_labels", "id_seq", "id_slow", "id_two", "id_types", "onnx_mlp", "py_error",
        "py_identity", "ts_mlp",
    ]

    private func fixture(_ model: String, _ file: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(model)/\(file)", withExtension: nil))
        return Array(try Data(contentsOf: url))
    }

    private func directory(of model: String) -> ModelDirectoryListing {
        Self.listings[model] ?? ModelDirectoryListing(firstSubdirectory: "1")
    }

    @Test(arguments: models) func printsAsRecorded(model: String) throws {
        let config = try ModelConfigurationLoader().configuration(
            text: try fixture(model, "config.pbtxt"), path: "\(model)/config.pbtxt", modelName: model,
            directory: directory(of: model))
        let printed = String(decoding: config.jsonBytes(), as: UTF8.self)
        let recorded = String(decoding: try fixture(model, "config.json"), as: UTF8.self)
        #expect(printed == recorded)
    }

    @Test(arguments: models) func survivesTextAndJSON(model: String) throws {
        let config = try ModelConfigurationLoader().configuration(
            text: try fixture(model, "config.pbtxt"), path: "config.pbtxt", modelName: model,
            directory: directory(of: model))
        #expect(try ModelConfig(textFormat: config.textFormat) == config)
        #expect(try ModelConfig(json: String(decoding: config.jsonBytes(), as: UTF8.self)) == config)
    }

    @Test func fillsInEverythingFromAPythonFile() throws {
        let config = try ModelConfigurationLoader().configuration(
            text: nil, path: "config.pbtxt", modelName: "no_config_py",
            directory: ModelDirectoryListing(firstSubdirectory: "1", files: ["model.py"]))
        let expected = """
            {"name":"no_config_py","platform":"","backend":"python","runtime":"",\
            "version_policy":{"latest":{"num_versions":1}},"max_batch_size":0,"input":[],"output":[],\
            "batch_input":[],"batch_output":[],"optimization":{"priority":"PRIORITY_DEFAULT",\
            "input_pinned_memory":{"enable":true},"output_pinned_memory":{"enable":true},\
            "gather_kernel_buffer_threshold":0,"eager_batching":false},\
            "instance_group":[{"name":"no_config_py","kind":"KIND_CPU","count":1,"gpus":[],\
            "secondary_devices":[],"profile":[],"passive":false,"host_policy":""}],\
            "default_model_filename":"model.py","cc_model_filenames":{},"metric_tags":{},"parameters":{},\
            "model_warmup":[]}
            """
        #expect(String(decoding: config.jsonBytes(), as: UTF8.self) == expected)
    }
}
