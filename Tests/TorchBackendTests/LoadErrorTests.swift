import BackendAPI
import InferenceTypes
import Logging
import ModelConfiguration
import Testing
import TorchBackend

@Suite(.needsTorch) struct LoadErrorTests {
    private func configure(_ configuration: inout ModelConfig) {
        configuration.add(input: "x")
        configuration.add(output: "y")
    }

    @Test func aMissingFileNamesTheModel() {
        let error = TorchFixture.loadError("absent", configure)
        #expect(error?.code == .unavailable)
        #expect(
            error?.message == "unable to find '\(TorchFixture.modelsDirectory)/absent.pt' for model instance 'absent'")
    }

    @Test(arguments: [
        (
            "garbage", "PytorchStreamReader failed reading zip archive: failed finding central directory",
            "not a TorchScript archive"
        ),
        ("cut_off", "PytorchStreamReader failed reading zip archive", "cut off or damaged"),
        ("saved_weights", "PytorchStreamReader failed locating file constants.pkl", "written by torch.save()"),
        ("saved_weights_old", "PytorchStreamReader failed reading zip archive", "Python pickle"),
    ])
    func aFileThatIsNoTorchScript(file: String, words: String, cause: String) {
        let error = TorchFixture.loadError(file, configure)
        #expect(error?.code == .internal)
        #expect(
            error?.message.hasPrefix("failed to load model '\(file)': \(words)") == true,
            "\(error?.message ?? "loaded")")
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "loaded")")
    }

    @Test(arguments: [
        "DISABLE_OPTIMIZED_EXECUTION", "INFERENCE_MODE", "ENABLE_WEIGHT_SHARING", "ENABLE_CACHE_CLEANING",
        "DISABLE_CUDNN",
    ])
    func aBadBooleanIsALoadError(key: String) {
        let error = TorchFixture.loadError("identity") {
            configure(&$0)
            $0.parameters[key] = "maybe"
        }
        #expect(error?.message.hasPrefix("failed to convert 'maybe' to boolean") == true)
        #expect(error?.message.contains(key) == true)
    }

    @Test func aBadThreadCountIsALoadError() {
        let error = TorchFixture.loadError("identity") {
            configure(&$0)
            $0.parameters["INTRA_OP_THREAD_COUNT"] = "many"
        }
        #expect(error?.message.contains("INTRA_OP_THREAD_COUNT") == true)
    }

    @Test func knownAndUnknownParametersLoad() throws {
        let instance = try TorchFixture.instance("identity") {
            configure(&$0)
            $0.parameters = [
                "ENABLE_JIT_PROFILING": "false", "ENABLE_TENSOR_FUSER": "true", "INTRA_OP_THREAD_COUNT": "1",
                "INFERENCE_MODE": "false", "SOMETHING_ELSE": "anything",
            ]
        }
        #expect(try instance.run([.floats("x", [1], [3])])[0].floats == [3])
    }

    @Test func aSecondInterOpThreadCountLeavesTheServerAlive() throws {
        for count in ["2", "3", "2"] {
            let instance = try TorchFixture.instance("identity") {
                configure(&$0)
                $0.parameters["INTER_OP_THREAD_COUNT"] = count
            }
            #expect(try instance.run([.floats("x", [1], [3])])[0].floats == [3])
        }
    }
}

@Suite struct MissingLibraryTests {
    @Test func theErrorSaysHowToGetLibTorch() throws {
        let backend = TorchBackend(libraryPaths: ["/nonexistent/libnereid_torch.so"])
        let error = #expect(throws: ServingError.self) { try backend.libraryVersion() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("scripts/fetch-libtorch") == true)
        #expect(error?.message.contains("/nonexistent/libnereid_torch.so") == true)
    }
}
