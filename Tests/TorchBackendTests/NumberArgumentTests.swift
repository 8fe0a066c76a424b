import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing
import TorchBackend

/// Inputs of one element for arguments of forward that are int, float or bool:
/// forward(x, rate: int, gain: float, negate: bool, power: float = 1.0, bias: Optional[Tensor] = None).
@Suite(.needsTorch) struct NumberArgumentTests {
    private static func configure(_ configuration: inout ModelConfig) {
        configuration.add(input: "x")
        configuration.add(input: "rate", .int64, [1])
        configuration.add(input: "gain", .fp32, [1])
        configuration.add(input: "negate", .bool, [1])
        configuration.add(output: "y")
    }

    private static func inputs(rate: Int64, gain: Float, negate: Bool) -> [Tensor] {
        [
            .floats("x", [2], [1, 2]), .of("rate", .int64, [1], [rate]), .floats("gain", [1], [gain]),
            .of("negate", .bool, [1], [negate]),
        ]
    }

    @Test func theValueOfTheElementIsPassed() throws {
        let instance = try TorchFixture.instance("number_arguments", Self.configure)
        #expect(try instance.run(Self.inputs(rate: 3, gain: 0.5, negate: false))[0].floats == [3.5, 6.5])
        #expect(try instance.run(Self.inputs(rate: -3, gain: 0.5, negate: true))[0].floats == [2.5, 5.5])
    }

    @Test(arguments: [DataType.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64])
    func everyIntegerTypeWorks(type: DataType) throws {
        let instance = try TorchFixture.instance("scalar_argument") {
            $0.add(input: "x")
            $0.add(input: "rate", type, [1])
            $0.add(output: "y")
        }
        let size = try #require(type.byteSize)
        let rate = Tensor.of("rate", type, [1], [UInt8(5)] + Array(repeating: 0, count: size - 1))
        #expect(try instance.run([.floats("x", [1], [2]), rate])[0].floats == [10])
    }

    @Test func anUnsignedNumberThatIsTooLargeIsAnError() throws {
        let instance = try TorchFixture.instance("scalar_argument") {
            $0.add(input: "x")
            $0.add(input: "rate", .uint64, [1])
            $0.add(output: "y")
        }
        #expect(instance.error([.floats("x", [1], [2]), .of("rate", .uint64, [1], [UInt64.max])]) != nil)
    }

    @Test func numbersWithDefaultsAreTakenByName() throws {
        let instance = try TorchFixture.instance("number_arguments") {
            Self.configure(&$0)
            $0.add(input: "power", .fp64, [1], optional: true)
        }
        let inputs = Self.inputs(rate: 1, gain: 1, negate: false)
        #expect(try instance.run(inputs)[0].floats == [2, 3])
        #expect(try instance.run(inputs + [.of("power", .fp64, [1], [2.0])])[0].floats == [4, 9])
    }

    /// Tensors come before numbers that have defaults when only the order tells.
    @Test func numbersWithDefaultsArePassedOverInOrder() throws {
        let instance = try TorchFixture.instance("number_arguments") {
            for (name, type) in [("a", DataType.fp32), ("b", .int64), ("c", .fp32), ("d", .bool), ("e", .fp32)] {
                $0.add(input: name, type, [1])
            }
            $0.add(output: "y")
        }
        let y = try instance.run([
            .floats("a", [1], [1]), .of("b", .int64, [1], [Int64(2)]), .floats("c", [1], [0]),
            .of("d", .bool, [1], [false]), .floats("e", [1], [10]),
        ])
        #expect(y[0].floats == [12])
    }

    @Test(arguments: [
        (
            DataType.fp32, Shape([1]),
            "configuration expects datatype TYPE_FP32 for input 'rate', but argument 'rate' of forward is int"
        ),
        (
            DataType.bool, Shape([1]),
            "configuration expects datatype TYPE_BOOL for input 'rate', but argument 'rate' of forward is int"
        ),
        (
            DataType.int64, Shape([2]),
            "argument 'rate' of forward is one int: the dims of input 'rate' must be [ 1 ], not [2]"
        ),
        (
            DataType.int64, Shape([-1]),
            "argument 'rate' of forward is one int: the dims of input 'rate' must be [ 1 ], not [-1]"
        ),
    ])
    func whatIsNotOneNumberIsALoadError(type: DataType, dims: Shape, words: String) {
        let error = TorchFixture.loadError("scalar_argument") {
            $0.add(input: "x")
            $0.add(input: "rate", type, dims)
            $0.add(output: "y")
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "loaded")")
    }

    @Test func withABatchSizeEachRequestRunsAloneAndHasOneRow() throws {
        let instance = try TorchFixture.instance("scalar_argument") {
            $0.maxBatchSize = 4
            $0.add(input: "x", .fp32, [1])
            $0.add(input: "rate", .int64, [1])
            $0.add(output: "y", .fp32, [1])
        }
        func request(_ x: [Float], _ rates: [Int64]) -> [Tensor] {
            [.floats("x", [Int64(x.count), 1], x), .of("rate", .int64, [Int64(rates.count), 1], rates)]
        }
        let answers = instance.run([request([1], [2]), request([1], [3]), request([1, 2], [4, 4])])
        #expect(try answers[0].get()[0].floats == [2])
        #expect(try answers[1].get()[0].floats == [3])
        guard case .failure(let error) = answers[2] else {
            Issue.record("two numbers were taken for one")
            return
        }
        #expect(error.message.contains("input 'rate' has shape [2,1]; the model takes one number for a whole call"))
    }

    @Test func outputsAreFoundForConfiguredNumbers() throws {
        let configuration = try TorchFixture.backend.completeConfiguration(
            TorchFixture.context("number_arguments") {
                Self.configure(&$0)
                $0.outputs = []
            })
        #expect(configuration.outputs.map(\.dims) == [[-1]])
    }
}
