import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing

@Suite(.needsTorch) struct DataTypeTests {
    @Test(arguments: DataType.allCases.filter { $0.byteSize != nil })
    func everyFixedSizeTypePasses(type: DataType) throws {
        let size = try #require(type.byteSize)
        let instance = try TorchFixture.instance("clone") {
            $0.add(input: "x", type, [-1])
            $0.add(output: "y", type, [-1])
        }
        let bytes = (0..<(3 * size)).map { UInt8($0 % 2) }
        let x = Tensor(name: "x", dataType: type, shape: [3], bytes: TensorBytes(copying: bytes))
        let y = try instance.run([x])[0]
        #expect(y.dataType == type)
        #expect(y.shape == [3])
        #expect(y.elements(UInt8.self) == bytes)
    }

    @Test func aRequestOfAnotherTypeIsRefused() throws {
        let instance = try TorchFixture.instance("clone") {
            $0.add(input: "x", .int64)
            $0.add(output: "y", .int64)
        }
        #expect(instance.error([.floats("x", [1], [1])])?.code == .invalidArgument)
    }

    @Test func bytesThatDoNotFitTheShapeAreRefused() throws {
        let instance = try TorchFixture.instance("clone") {
            $0.add(input: "x")
            $0.add(output: "y")
        }
        for shape: Shape in [[2], [1, 1 << 62], [-1], [0]] {
            #expect(instance.error([.floats("x", shape, [1])])?.code == .invalidArgument)
        }
    }

    @Test func emptyTensorsPass() throws {
        let instance = try TorchFixture.instance("clone") {
            $0.add(input: "x", .fp32, [-1, 3])
            $0.add(output: "y", .fp32, [-1, 3])
        }
        let y = try instance.run([.floats("x", [0, 3], [])])[0]
        #expect(y.shape == [0, 3])
        #expect(y.bytes.count == 0)
    }

    @Test func stringsInAndOut() throws {
        let instance = try TorchFixture.instance("upper") {
            $0.add(input: "texts", .bytes)
            $0.add(output: "y", .bytes)
        }
        let y = try instance.run([.strings("texts", ["ab", "", "c\u{e9}"])])[0]
        #expect(y.dataType == .bytes)
        #expect(y.shape == [3])
        #expect(y.texts.prefix(2) == ["AB", ""])
        #expect(try instance.run([.strings("texts", [])])[0].shape == [0])
    }

    @Test func cutOffStringsAreRefused() throws {
        let instance = try TorchFixture.instance("upper") {
            $0.add(input: "texts", .bytes)
            $0.add(output: "y", .bytes)
        }
        for bytes: [UInt8] in [[1, 0, 0], [2, 0, 0, 0, 65], [255, 255, 255, 255, 65]] {
            let tensor = Tensor(name: "texts", dataType: .bytes, shape: [1], bytes: TensorBytes(copying: bytes))
            #expect(instance.error([tensor])?.message.contains("string input ends inside") == true)
        }
    }

    @Test func eachRequestOfABatchGetsItsOwnStrings() throws {
        let instance = try TorchFixture.instance("text_lengths") {
            $0.maxBatchSize = 8
            $0.add(input: "texts", .bytes, [1])
            $0.inputs[0].reshape = []
            $0.add(output: "lengths", .int64, [1])
            $0.outputs[0].reshape = []
            $0.add(output: "texts", .bytes, [1])
            $0.outputs[1].reshape = []
        }
        let answers = try instance.run([
            [.strings("texts", ["one"])], [.strings("texts", ["three", "fourth"])], [.strings("texts", [""])],
        ]).map { try $0.get() }
        #expect(answers.map { $0[1].texts } == [["one"], ["three", "fourth"], [""]])
        #expect(answers.map { $0[0].elements(Int64.self) } == [[3], [5, 6], [0]])
        #expect(answers.map { $0[1].shape } == [[1], [2], [1]])
    }

    @Test func stringsOfTwoDimensionsAreALoadError() {
        let error = TorchFixture.loadError("upper") {
            $0.maxBatchSize = 4
            $0.add(input: "texts", .bytes, [1])
            $0.add(output: "y", .bytes, [1])
        }
        #expect(
            error?.message
                == "Triton only supports 1 dimensional List of String as input for 'texts' for model 'upper'")
    }
}
