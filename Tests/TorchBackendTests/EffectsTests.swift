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

    /// Two clones of one module, called once each, and where the memory of what they return is.
    private func addresses(_ file: String) throws -> [[UnsafeRawPointer?]] {
        let library = try TorchLibrary(searching: [TorchFixture.libraryPath])
        let module = try TorchModule.load(
            TorchFixture.modelsDirectory + "/\(file).pt", inferenceMode: true, library: library)
        let x = ForwardArgument(
            index: 0, scalarType: .fp32, shape: [2], bytes: TensorBytes(copying: Array(repeating: 0, count: 8)))
        let results = try [module.clone(), module.clone()].map {
            try $0.forward([x], options: .init(optimize: false), copySharedOutputs: false)
        }
        return results.map { $0.values.map(\.bytes.pointer.baseAddress) }
    }

    @Test func clonesShareTheParametersThatAreOnlyRead() throws {
        let found = try addresses("writes_parameter")
        try #require(found.map(\.count) == [2, 2])
        #expect(found[0][0] != found[1][0])
        #expect(found[0][1] == found[1][1])
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
