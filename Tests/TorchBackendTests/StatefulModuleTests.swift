import BackendAPI
import Foundation
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

/// Modules that reset their state and then change it in place, which a specialised plan gets wrong.
@Suite(.needsTorch) struct StatefulModuleTests {
    static let resetting = ["fork_reset", "interface_reset", "sequential_forks", "nested_forks"]

    static func configure(_ configuration: inout ModelConfig, optimized: Bool) {
        configuration.add(input: "x", .fp32, [4])
        configuration.add(input: "start", .fp32, [1])
        configuration.add(output: "y", .fp32, [4])
        configuration.parameters["DISABLE_OPTIMIZED_EXECUTION"] = optimized ? "false" : "true"
    }

    static func step(_ instance: any ModelInstance, start: Bool) throws -> Float {
        let outputs = try instance.run([
            .floats("x", [4], [1, 1, 1, 1]), .floats("start", [1], [start ? 1 : 0]),
        ])
        return try #require(outputs.first?.floats.first)
    }

    @Test(arguments: resetting)
    func resetIsRightOnEveryCall(file: String) throws {
        let instance = try TorchFixture.instance(file) { Self.configure(&$0, optimized: false) }
        for _ in 0..<8 {
            #expect(try Self.step(instance, start: true) == 1)
            #expect(try Self.step(instance, start: false) == 1.5)
        }
    }

    @Test(arguments: resetting)
    func twoInstancesHaveTheirOwnState(file: String) throws {
        let model = try TorchFixture.load(file) { Self.configure(&$0, optimized: false) }
        let first = try TorchFixture.instance(model, ordinal: 0, of: 2)
        let second = try TorchFixture.instance(model, ordinal: 1, of: 2)
        #expect(try Self.step(first, start: true) == 1)
        #expect(try Self.step(first, start: false) == 1.5)
        #expect(try Self.step(second, start: true) == 1)
        #expect(try Self.step(first, start: false) == 1.75)
        #expect(try Self.step(second, start: false) == 1.5)
        #expect(try Self.step(first, start: true) == 1)
        #expect(try Self.step(second, start: false) == 1.75)
    }

    /// What optimisation makes of the state is LibTorch's affair, but it must not reach another instance.
    @Test(arguments: resetting)
    func optimizedInstancesShareNothingThatIsWritten(file: String) throws {
        let alone = try TorchFixture.instance(file) { Self.configure(&$0, optimized: true) }
        let model = try TorchFixture.load(file) { Self.configure(&$0, optimized: true) }
        let first = try TorchFixture.instance(model, ordinal: 0, of: 2)
        let second = try TorchFixture.instance(model, ordinal: 1, of: 2)
        for call in 0..<12 {
            let expected = try Self.step(alone, start: call % 2 == 0)
            #expect(try Self.step(first, start: call % 2 == 0) == expected)
            for _ in 0..<3 { _ = try Self.step(second, start: call % 2 == 1) }
        }
    }

    @Test(arguments: ["false", "true"])
    func runningSumIsKeptPerInstance(disable: String) throws {
        let model = try TorchFixture.load("reset") {
            $0.add(input: "x", .fp32, [2, 4])
            $0.add(output: "y", .fp32, [2, 4])
            $0.parameters["DISABLE_OPTIMIZED_EXECUTION"] = disable
        }
        let ones = Tensor.floats("x", [2, 4], Array(repeating: 1, count: 8))
        for ordinal in 0..<2 {
            let instance = try TorchFixture.instance(model, ordinal: ordinal, of: 2)
            for expected: Float in [1, 1.5, 1.75, 1.875, 1.9375] {
                #expect(try instance.run([ones])[0].floats == Array(repeating: expected, count: 8))
            }
        }
    }

    @Test func forkedTasksGiveTheRightProduct() throws {
        for disable in ["true", "false"] {
            let instance = try TorchFixture.instance("fork") {
                $0.add(input: "x", .fp32, [2, 2])
                $0.add(output: "y", .fp32, [2, 2])
                $0.parameters["DISABLE_OPTIMIZED_EXECUTION"] = disable
            }
            for _ in 0..<5 {
                // [[1,2],[3,4]]²  +  [[2,3],[4,5]]·[[1,2],[3,4]]
                #expect(try instance.run([.floats("x", [2, 2], [1, 2, 3, 4])])[0].floats == [18, 26, 34, 50])
            }
        }
    }

    @Test func oppositeSettingsRunAtOnceOnTheirOwnThreads() throws {
        let wrong = Mutex<[String]>([])
        let group = DispatchGroup()
        for (file, optimized) in [
            ("fork_reset", false), ("fork_reset", true), ("interface_reset", false), ("subtract", true),
        ] {
            let model = try TorchFixture.load(file) {
                if file == "subtract" {
                    $0.add(input: "left")
                    $0.add(input: "right")
                    $0.add(output: "y")
                } else {
                    Self.configure(&$0, optimized: optimized)
                }
            }
            let thread = Thread {
                defer { group.leave() }
                do {
                    let instance = try TorchFixture.instance(model)
                    for call in 0..<100 {
                        if file == "subtract" {
                            let y = try instance.run([.floats("left", [1], [5]), .floats("right", [1], [3])])[0].floats
                            if y != [2] { wrong.withLock { $0.append("\(file) \(y)") } }
                            continue
                        }
                        let first = try Self.step(instance, start: true)
                        let second = try Self.step(instance, start: false)
                        // What optimisation makes of these modules is LibTorch's affair; without it they must be right.
                        if !optimized, first != 1 || second != 1.5 {
                            wrong.withLock { $0.append("\(file) call \(call): \(first) \(second)") }
                        }
                    }
                } catch {
                    wrong.withLock { $0.append("\(file): \(error)") }
                }
            }
            group.enter()
            thread.start()
        }
        group.wait()
        #expect(wrong.withLock { $0 } == [])
    }

    /// Without a word from the configuration a module that resets its state must be right too.
    @Test(arguments: resetting)
    func resetIsRightByDefault(file: String) throws {
        let instance = try TorchFixture.instance(file) {
            Self.configure(&$0, optimized: false)
            $0.parameters = [:]
        }
        for _ in 0..<8 {
            #expect(try Self.step(instance, start: true) == 1)
            #expect(try Self.step(instance, start: false) == 1.5)
        }
    }

    @Test func instancesOfAPureModuleRunAtOnce() throws {
        let wrong = Mutex<[String]>([])
        let group = DispatchGroup()
        let model = try TorchFixture.load("attention") {
            $0.maxBatchSize = 8
            $0.add(input: "x", .fp32, [-1, 8])
            $0.add(output: "y", .fp32, [-1, 8])
        }
        for ordinal in 0..<4 {
            let sample = [BatchingTests.a, BatchingTests.b, BatchingTests.c][ordinal % 3]
            let (input, expected) = try sample.read()
            let thread = Thread {
                defer { group.leave() }
                do {
                    let instance = try TorchFixture.instance(model, ordinal: ordinal, of: 4)
                    for _ in 0..<20 {
                        let y = try instance.run([.floats("x", [sample.batch, sample.length, 8], input)])[0].floats
                        let isRight = y.count == expected.count && zip(y, expected).allSatisfy { abs($0 - $1) < 1e-5 }
                        if !isRight { wrong.withLock { $0.append("\(sample)") } }
                    }
                } catch {
                    wrong.withLock { $0.append("\(sample): \(error)") }
                }
            }
            group.enter()
            thread.start()
        }
        group.wait()
        #expect(wrong.withLock { $0 } == [])
    }

    /// State in a parameter, in a parameter under another name, and in attributes that share memory.
    @Test(arguments: [("writes_parameter", 0, "false"), ("writes_parameter", 0, "true"), ("writes_alias", 1, "false")])
    func writtenParametersAreEachInstancesOwn(file: String, index: Int, inferenceMode: String) throws {
        let model = try TorchFixture.load(file) {
            $0.add(input: "x", .fp32, [2])
            $0.add(output: "y__\(index)", .fp32, [2])
            $0.parameters["INFERENCE_MODE"] = inferenceMode
        }
        let first = try TorchFixture.instance(model, ordinal: 0, of: 2)
        let second = try TorchFixture.instance(model, ordinal: 1, of: 2)
        let ones = Tensor.floats("x", [2], [1, 1])
        for expected: Float in [1, 2, 3] { #expect(try first.run([ones])[0].floats == [expected, expected]) }
        #expect(try second.run([ones])[0].floats == [1, 1])
        // Instances that are made later begin with the saved state too.
        for _ in 0..<2 { #expect(try TorchFixture.instance(model).run([ones])[0].floats == [1, 1]) }
        let fourth = try TorchFixture.instance(model, ordinal: 1, of: 2)
        #expect(try fourth.run([ones])[0].floats == [1, 1])
    }

    @Test func stateThatSharesMemoryStaysShared() throws {
        let model = try TorchFixture.load("shared_memory") {
            $0.add(input: "x", .fp32, [2])
            $0.add(output: "y", .fp32, [4])
        }
        let ones = Tensor.floats("x", [2], [1, 1])
        for ordinal in 0..<2 {
            let instance = try TorchFixture.instance(model, ordinal: ordinal, of: 2)
            #expect(try instance.run([ones])[0].floats == [1, 1, 0, 0])
            #expect(try instance.run([ones])[0].floats == [2, 2, 0, 0])
        }
    }
}
