import InferenceTypes
import Testing

@testable import TorchBackend

/// What the analysis of forward's code says about writing to state and inputs.
@Suite(.needsTorch) struct EffectsTests {
    private func signature(_ file: String) throws -> ForwardSignature {
        let library = try TorchLibrary(searching: [TorchFixture.libraryPath])
        return try TorchModule.load(
            TorchFixture.modelsDirectory + "/\(file).pt", inferenceMode: true, library: library
        ).signature
    }

    @Test(arguments: [
        "identity", "clone", "subtract", "classifier", "attention", "attention_traced", "convolution", "embedding",
        "upper", "dictionary", "named_tuple", "optional", "two_outputs", "fork",
    ])
    func pureModulesShareEverything(file: String) throws {
        let signature = try signature(file)
        #expect(!signature.hasMutableState)
        #expect(!signature.mayWriteInputs)
    }

    @Test(arguments: ["reset", "fork_reset", "interface_reset", "returns_state", "convolution_training"])
    func writersOfStateAreFound(file: String) throws {
        #expect(try signature(file).hasMutableState)
    }

    @Test(arguments: ["add_in_place", "dropout_in_place"])
    func writersOfInputsAreFound(file: String) throws {
        #expect(try signature(file).mayWriteInputs)
    }

    @Test func theSchemaIsDescribed() throws {
        let optional = try signature("optional")
        #expect(optional.arguments.map(\.name) == ["x", "bias", "scale", "extra"])
        #expect(optional.arguments.map(\.kind) == [.tensor, .tensor, .float, .stringList])
        #expect(optional.arguments.map(\.canBeLeftOut) == [false, true, true, true])
        #expect(try signature("dictionary").takesDictionary)
        #expect(try signature("dictionary").returnsDictionary)
        #expect(try signature("named_tuple").returnFields == ["mean", "spread"])
        #expect(try signature("scalar_argument").arguments[1].typeName == "int")
    }
}
