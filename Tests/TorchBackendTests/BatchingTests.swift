import BackendAPI
import Foundation
import InferenceTypes
import ModelConfiguration
import Testing

@Suite(.needsTorch) struct BatchingTests {
    @Test func requestsAreJoinedAndSplit() throws {
        let instance = try TorchFixture.instance("subtract") {
            $0.maxBatchSize = 8
            $0.add(input: "left", .fp32, [2])
            $0.add(input: "right", .fp32, [2])
            $0.add(output: "y", .fp32, [2])
        }
        let answers = try instance.run([
            [.floats("left", [1, 2], [1, 2]), .floats("right", [1, 2], [1, 1])],
            [.floats("left", [2, 2], [10, 20, 30, 40]), .floats("right", [2, 2], [1, 2, 3, 4])],
        ]).map { try $0.get() }
        #expect(answers.map { $0[0].shape } == [[1, 2], [2, 2]])
        #expect(answers.map { $0[0].floats } == [[0, 1], [9, 18, 27, 36]])
    }

    @Test func requestsOfOtherShapesRunApart() throws {
        let instance = try TorchFixture.instance("identity") {
            $0.maxBatchSize = 8
            $0.add(input: "x", .fp32, [-1])
            $0.add(output: "y", .fp32, [-1])
        }
        let answers = try instance.run([
            [.floats("x", [1, 2], [1, 2])], [.floats("x", [1, 3], [3, 4, 5])], [.floats("x", [1, 3], [6, 7, 8])],
        ]).map { try $0.get() }
        #expect(answers.map { $0[0].floats } == [[1, 2], [3, 4, 5], [6, 7, 8]])
    }

    @Test func anOutputThatCannotBeSplitIsAnError() throws {
        let instance = try TorchFixture.instance("two_outputs") {
            $0.maxBatchSize = 8
            $0.add(input: "x", .fp32, [3])
            $0.add(output: "plus", .fp32, [3])
            $0.add(output: "turned", .int64, [3])
        }
        let row: [Tensor] = [.floats("x", [1, 3], [1, 2, 3])]
        for answer in instance.run([row, row]) {
            guard case .failure(let error) = answer else {
                Issue.record("an output of shape [3,2] was split over a batch of 2")
                continue
            }
            #expect(error.message.contains("output 'turned' has shape [3,2] for a batch of 2"))
        }
        // Alone a request gets the same answer as beside others.
        #expect(instance.error(row)?.message.contains("output 'turned' has shape [3,1] for a batch of 1") == true)
    }

    /// A length that tracing baked in fails for other lengths, always, and never gives a wrong answer.
    @Test(arguments: ["positions", "positions_traced"], ["true", "false"])
    func aBakedInLengthFailsCleanly(file: String, disable: String) throws {
        let scripted = try Self.positions("positions", disable: "true")
        for order: [Int64] in [[4, 4, 6], [4, 6, 4, 6, 4], [6, 4, 4, 4, 6, 2, 4]] {
            let instance = try Self.positions(file, disable: disable)
            for length in order {
                let x = Tensor.floats("x", [1, length, 8], (0..<(length * 8)).map { Float($0) })
                if file == "positions_traced" && length != 4 {
                    let error = try #require(instance.error([x]))
                    #expect(error.message.hasPrefix("PyTorch execute failure: "))
                    #expect(error.message.contains("must match the size of tensor"))
                } else {
                    #expect(try instance.run([x])[0].floats == scripted.run([x])[0].floats)
                }
            }
        }
    }

    private static func positions(_ file: String, disable: String) throws -> any ModelInstance {
        try TorchFixture.instance(file) {
            $0.add(input: "x", .fp32, [1, -1, 8])
            $0.add(output: "y", .fp32, [1, -1, 8])
            $0.parameters["DISABLE_OPTIMIZED_EXECUTION"] = disable
        }
    }

    /// The pairs of batch and length for which make_models.py wrote what eager Python answers.
    struct Sample: Sendable, CustomStringConvertible {
        var batch: Int64
        var length: Int64
        var description: String { "\(batch)x\(length)" }

        func read() throws -> (input: [Float], output: [Float]) {
            let path = TorchFixture.modelsDirectory + "/attention_\(batch)_\(length).f32"
            let data = try Data(contentsOf: URL(filePath: path))
            let all: [Float] = Array(data).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
            return (Array(all[..<(all.count / 2)]), Array(all[(all.count / 2)...]))
        }
    }

    static let a = Sample(batch: 1, length: 3)
    static let b = Sample(batch: 2, length: 5)
    static let c = Sample(batch: 3, length: 4)

    @Test(arguments: ["attention", "attention_traced"], ["true", "false"])
    func variableShapesInAnyOrder(file: String, disable: String) throws {
        for order in [
            [Self.a, Self.a, Self.b], [Self.a, Self.b, Self.a, Self.b], [Self.a, Self.a, Self.a, Self.b, Self.c],
        ] {
            let instance = try TorchFixture.instance(file) {
                $0.maxBatchSize = 8
                $0.add(input: "x", .fp32, [-1, 8])
                $0.add(output: "y", .fp32, [-1, 8])
                $0.parameters["DISABLE_OPTIMIZED_EXECUTION"] = disable
            }
            for sample in order {
                let (input, expected) = try sample.read()
                let y = try instance.run([.floats("x", [sample.batch, sample.length, 8], input)])[0]
                #expect(y.shape == [sample.batch, sample.length, 8])
                try #require(y.floats.count == expected.count)
                for (found, wanted) in zip(y.floats, expected) { #expect(abs(found - wanted) < 1e-5) }
            }
        }
    }
}
