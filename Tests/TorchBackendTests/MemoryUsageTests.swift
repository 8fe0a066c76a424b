import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing

/// What the backend tells about the memory of a model.
@Suite(.needsTorch) struct MemoryUsageTests {
    private func usage(_ bytes: UInt64) -> [MemoryUsage] { [MemoryUsage(type: .cpu, byteSize: bytes)] }

    @Test func weightsAreCountedToTheByte() throws {
        let model = try TorchFixture.load("large") {
            $0.add(input: "x")
            $0.add(output: "y")
        }
        #expect(model.memoryUsage == usage(5 * 1024 * 1024 * 4))
        #expect(try TorchFixture.instance(model, ordinal: 0, of: 2).memoryUsage.isEmpty, "nothing of its own")
    }

    @Test func eachInstanceAddsItsOwnStateAndNoSharedWeights() throws {
        let model = try TorchFixture.load("writes_parameter") {
            $0.add(input: "x")
            $0.add(output: "y")
        }
        let shared = try #require(model.memoryUsage.first).byteSize
        let instance = try TorchFixture.instance(model, ordinal: 0, of: 2)
        let own = try #require(instance.memoryUsage.first).byteSize
        #expect(own > 0 && own < shared, "\(own) of \(shared)")
    }

    /// In a frozen or traced module weights are constants of its code.
    @Test func constantsOfTheCodeAreCounted() throws {
        let model = try TorchFixture.load("returns_constant") {
            $0.add(input: "x", .fp32, [2])
            $0.add(output: "y", .fp32, [2])
        }
        #expect(model.memoryUsage == usage(2 * 4))
    }

    @Test func optimizedInstancesRunAShapeThreeTimesUntilTheyAreWarm() throws {
        func instance(_ parameters: [String: String]) throws -> any ModelInstance {
            try TorchFixture.instance("large") {
                $0.add(input: "x")
                $0.add(output: "y")
                $0.parameters = parameters
            }
        }
        #expect(try instance([:]).executionsUntilWarm == 3)
        #expect(try instance(["DISABLE_OPTIMIZED_EXECUTION": "true"]).executionsUntilWarm == 1)
    }
}
