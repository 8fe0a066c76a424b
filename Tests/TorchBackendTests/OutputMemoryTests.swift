import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing

/// An answer waits to be written to a socket while the module is called again: nothing may change it any more.
@Suite(.needsTorch) struct OutputMemoryTests {
    /// How the answers to several calls with the same input follow one another.
    enum Course: Sendable {
        case same, sum

        func value(call: Int, input: Float) -> Float {
            switch self {
            case .same: input
            case .sum: input * Float(call + 1)
            }
        }
    }

    struct Way: Sendable, CustomTestStringConvertible {
        var file: String
        var course = Course.sum
        var outputs = ["y"]
        var testDescription: String { file }
    }

    static let ways: [Way] = [
        Way(file: "returns_state"),
        Way(file: "returns_view"),
        Way(file: "returns_from_container"),
        Way(file: "returns_twice", outputs: ["y__0", "z__1"]),
        Way(file: "returns_constant"),
        Way(file: "returns_converted"),
        Way(file: "returns_permuted"),
        Way(file: "returns_stored_input", course: .same),
        Way(file: "unwaited_fork", course: .same),
    ]

    private func load(_ way: Way, optimized: Bool) throws -> any LoadedModel {
        try TorchFixture.load(way.file) {
            $0.add(input: "x", .fp32, [2])
            for name in way.outputs { $0.add(output: name, .fp32, [2]) }
            $0.parameters["DISABLE_OPTIMIZED_EXECUTION"] = optimized ? "false" : "true"
        }
    }

    @Test(arguments: ways, [false, true])
    func answersAndInputsStayAsTheyAre(way: Way, optimized: Bool) throws {
        let instance = try TorchFixture.instance(load(way, optimized: optimized))
        let x = Tensor.floats("x", [2], [1, 2])
        var answers: [[Tensor]] = []
        for _ in 0..<4 { answers.append(try instance.run([x])) }
        for (call, answer) in answers.enumerated() {
            let expected = [1, 2].map { way.course.value(call: call, input: $0) }
            #expect(answer.map(\.floats) == way.outputs.map { _ in expected })
        }
        #expect(x.floats == [1, 2])
    }

    @Test(arguments: ways)
    func otherInstancesDoNotReachThem(way: Way) throws {
        let model = try load(way, optimized: false)
        let x = Tensor.floats("x", [2], [1, 2])
        let instances = try (0..<2).map { try TorchFixture.instance(model, ordinal: $0, of: 2) }
        for call in 0..<2 {
            let answers = try instances.map { try $0.run([x]) }
            let expected = [1, 2].map { way.course.value(call: call, input: $0) }
            for answer in answers { #expect(answer.map(\.floats) == way.outputs.map { _ in expected }) }
        }
    }

    @Test(arguments: [false, true])
    func theErrorOfATaskIsTheAnswer(optimized: Bool) throws {
        let instance = try TorchFixture.instance(load(Way(file: "fork_throws"), optimized: optimized))
        for _ in 0..<4 {
            #expect(try instance.run([.floats("x", [2], [0, -1])])[0].floats == [1, 0])
            let error = try #require(instance.error([.floats("x", [2], [1, 1])]))
            #expect(error.message.contains("the input must not be positive"))
        }
    }
}
