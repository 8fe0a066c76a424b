import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing

/// Which argument of forward(left, right) = left - right an input is for.
@Suite(.needsTorch) struct InputNamingTests {
    private func difference(_ first: String, _ second: String) throws -> Float? {
        let instance = try TorchFixture.instance("subtract") {
            $0.add(input: first)
            $0.add(input: second)
            $0.add(output: "y")
        }
        return try instance.run([.floats(first, [1], [5]), .floats(second, [1], [3])])[0].floats.first
    }

    @Test(arguments: [
        ("left", "right", Float(2)), ("right", "left", -2),
        ("INPUT__0", "INPUT__1", 2), ("INPUT__1", "INPUT__0", -2), ("a__1", "b__", -2),
        ("zebra", "apple", 2), ("right", "other", 2), ("a__0", "b__x", 2), ("a__1_", "b__0", 2),
    ])
    func namesChooseArguments(first: String, second: String, expected: Float) throws {
        #expect(try difference(first, second) == expected)
    }

    @Test func indexOutOfRangeIsALoadError() {
        let error = TorchFixture.loadError("subtract") {
            $0.add(input: "INPUT__0")
            $0.add(input: "INPUT__7")
            $0.add(output: "y")
        }
        #expect(error?.message.contains("input 'INPUT__7' refers to argument 7 of forward, which has 2") == true)
    }

    @Test func aHugeIndexIsALoadError() {
        let error = TorchFixture.loadError("subtract") {
            $0.add(input: "INPUT__0")
            $0.add(input: "INPUT__99999999999999999999999999")
            $0.add(output: "y")
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test func oneArgumentTwiceIsALoadError() {
        let error = TorchFixture.loadError("subtract") {
            $0.add(input: "a__1")
            $0.add(input: "b__1")
            $0.add(output: "y")
        }
        #expect(error?.message.contains("inputs 'a__1' and 'b__1' both refer to argument 1 of forward") == true)
    }

    @Test(arguments: [1, 3])
    func theNumberOfInputsMustFit(count: Int) {
        let error = TorchFixture.loadError("subtract") {
            for index in 0..<count { $0.add(input: "INPUT__\(index)") }
            $0.add(output: "y")
        }
        let expected = "unable to load model 'subtract', configuration expects \(count) inputs, model provides 2"
        #expect(error?.message.hasPrefix(expected) == true)
    }

    @Test func optionalArgumentsMayBeLeftOutOrGiven() throws {
        let without = try TorchFixture.instance("optional") {
            $0.add(input: "x")
            $0.add(output: "y")
        }
        #expect(try without.run([.floats("x", [2], [1, 2])])[0].floats == [2, 4])
        let with = try TorchFixture.instance("optional") {
            $0.add(input: "x")
            $0.add(input: "bias", optional: true)
            $0.add(output: "y")
        }
        #expect(try with.run([.floats("x", [2], [1, 2]), .floats("bias", [1], [10])])[0].floats == [12, 14])
        #expect(try with.run([.floats("x", [2], [1, 2])])[0].floats == [2, 4])
    }

    @Test func aRequiredArgumentCannotBeOptional() {
        let error = TorchFixture.loadError("subtract") {
            $0.add(input: "left")
            $0.add(input: "right", optional: true)
            $0.add(output: "y")
        }
        #expect(error?.message.contains("input 'right' is optional in the configuration") == true)
    }

    @Test func anUnsupportedArgumentIsALoadError() {
        let error = TorchFixture.loadError("text_argument") {
            $0.add(input: "x")
            $0.add(input: "mode", .bytes)
            $0.add(output: "y")
        }
        #expect(
            error?.message.hasPrefix(
                "An input of type 'str' was detected in the model. Only a single input of type Dict(str, Tensor) or input(s) of "
                    + "type Tensor are supported.") == true)
    }

    @Test func aDictionaryTakesInputsByName() throws {
        let instance = try TorchFixture.instance("dictionary") {
            $0.add(input: "b")
            $0.add(input: "a")
            $0.add(output: "difference")
            $0.add(output: "sum")
        }
        let outputs = try instance.run([.floats("b", [2], [1, 2]), .floats("a", [2], [10, 20])])
        #expect(outputs.map(\.name) == ["difference", "sum"])
        #expect(outputs.map(\.floats) == [[9, 18], [11, 22]])
    }
}
