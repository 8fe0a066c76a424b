import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing

/// What forward may return and how outputs find their values.
@Suite(.needsTorch) struct OutputTests {
    static let notServable =
        "PyTorch execute failure: output must be of type Tensor, List[str] or Tuple containing one of these two types. It "
        + "should not be a List / Dictionary of Tensors or a Scalar"

    @Test func tupleInConfigurationOrderAndByNumber() throws {
        for (first, second, types) in [
            ("plus", "turned", [DataType.fp32, .int64]), ("OUT__1", "OUT__0", [.int64, .fp32]),
        ] {
            let instance = try TorchFixture.instance("two_outputs") {
                $0.add(input: "x", .fp32, [2, 3])
                $0.add(output: first, types[0], [-1, -1])
                $0.add(output: second, types[1], [-1, -1])
            }
            let outputs = try instance.run([.floats("x", [2, 3], [0, 1, 2, 3, 4, 5])])
            #expect(outputs.map(\.name) == [first, second])
            let plus = try #require(outputs.first { $0.dataType == .fp32 })
            let turned = try #require(outputs.first { $0.dataType == .int64 })
            #expect(plus.floats == [1, 2, 3, 4, 5, 6])
            #expect(turned.shape == [3, 2])
            #expect(turned.elements(Int64.self) == [0, 3, 1, 4, 2, 5])
        }
    }

    @Test func onlyRequestedOutputsAreGiven() throws {
        let instance = try TorchFixture.instance("two_outputs") {
            $0.add(input: "x", .fp32, [2, 3])
            $0.add(output: "plus", .fp32, [-1, -1])
            $0.add(output: "turned", .int64, [-1, -1])
        }
        let outputs = try instance.run([.floats("x", [1, 1], [4])], outputs: ["turned"])
        #expect(outputs.map(\.name) == ["turned"])
    }

    @Test func namedTupleByName() throws {
        let instance = try TorchFixture.instance("named_tuple") {
            $0.add(input: "x", .fp32, [-1, 2])
            $0.add(output: "spread")
            $0.add(output: "mean")
        }
        let outputs = try instance.run([.floats("x", [1, 2], [1, 5])])
        #expect(outputs.map(\.name) == ["spread", "mean"])
        #expect(outputs.map(\.floats) == [[4], [3]])
    }

    @Test func listOfTensorsByPosition() throws {
        let instance = try TorchFixture.instance("tensor_list") {
            $0.add(input: "x")
            $0.add(output: "one")
            $0.add(output: "two")
        }
        #expect(try instance.run([.floats("x", [1], [0])]).map(\.floats) == [[1], [2]])
    }

    @Test func aMissingIndexAndAMissingKey() throws {
        let byIndex = try TorchFixture.instance("identity") {
            $0.add(input: "x")
            $0.add(output: "OUTPUT__3")
        }
        #expect(
            byIndex.error([.floats("x", [1], [0])])?.message
                == "The output OUTPUT__3 in the model configuration refers to an output index which doesn't exist. This model has "
                + "1 outputs")
        let byKey = try TorchFixture.instance("dictionary") {
            $0.add(input: "a")
            $0.add(input: "b")
            $0.add(output: "product")
        }
        let error = byKey.error([.floats("a", [1], [0]), .floats("b", [1], [0])])
        #expect(error?.message.contains("output product") == true)
        #expect(error?.message.contains("sum, difference") == true)
    }

    @Test func anotherDatatypeThanConfigured() throws {
        let instance = try TorchFixture.instance("identity") {
            $0.add(input: "x")
            $0.add(output: "y", .int64)
        }
        #expect(
            instance.error([.floats("x", [1], [0])])?.message
                == "configuration expects datatype TYPE_INT64 for output 'y', model provides TYPE_FP32")
    }

    @Test func scalarsAreRefused() throws {
        for (file, expected) in [
            ("scalar_out", Self.notServable), ("zero_rank", "output 'y' is a scalar which is not supported."),
            ("complex_out", "output 'y' has an element type that the protocol does not have."),
        ] {
            let instance = try TorchFixture.instance(file) {
                $0.add(input: "x")
                $0.add(output: "y")
            }
            #expect(instance.error([.floats("x", [1], [0])])?.message == expected)
        }
    }

    @Test func aTensorWithoutMemoryIsZeros() throws {
        let instance = try TorchFixture.instance("zero_tensor") {
            $0.add(input: "x")
            $0.add(output: "y", .fp32, [2, 3])
        }
        #expect(try instance.run([.floats("x", [1], [0])])[0].floats == [0, 0, 0, 0, 0, 0])
    }

    @Test func aNestedTensorIsRefused() throws {
        let instance = try TorchFixture.instance("nested") {
            $0.add(input: "x", .fp32, [2, 3, 4])
            $0.add(output: "y", .fp32, [2, 3, 4])
        }
        let error = instance.error([.floats("x", [2, 3, 4], Array(repeating: 1, count: 24))])
        #expect(
            error?.message.contains("sparse, quantized or nested tensor") == true, "\(error?.message ?? "answered")")
    }

    @Test func anExceptionInForward() throws {
        let instance = try TorchFixture.instance("throws") {
            $0.add(input: "x")
            $0.add(output: "y")
        }
        let error = instance.error([.floats("x", [1], [1])])
        #expect(error?.code == .internal)
        #expect(error?.message.hasPrefix("PyTorch execute failure: ") == true)
        #expect(error?.message.contains("the input must not be positive") == true)
        #expect(try instance.run([.floats("x", [1], [-1])])[0].floats == [-1])
    }
}
