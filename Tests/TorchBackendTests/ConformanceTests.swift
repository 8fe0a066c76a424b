import BackendAPI
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing
import TorchBackend

/// The rules for every backend, on modules of each kind.
@Suite(.needsTorch) struct ConformanceTests {
    private func violations(
        _ file: String, isDeterministic: Bool = true, _ requests: [[Tensor]],
        _ configure: (inout ModelConfig) -> Void
    ) -> [String] {
        let requests = requests.map { inputs in
            var request = InferenceRequest(modelName: file)
            request.inputs = inputs
            return request
        }
        let context = TorchFixture.context(file, configure)
        return checkBackend(
            TorchFixture.backend,
            BackendSample(context: context, requests: requests, isDeterministic: isDeterministic))
    }

    @Test(arguments: ["true", "false"])
    func batches(disable: String) {
        let requests = [Int64(1), 3, 2].map { rows -> [Tensor] in
            let count = rows * 2
            return [
                .floats("left", [rows, 2], (0..<count).map { Float($0) * 3 }),
                .floats("right", [rows, 2], (0..<count).map { Float($0 * rows) }),
            ]
        }
        #expect(
            violations("subtract", requests) {
                $0.maxBatchSize = 8
                $0.add(input: "left", .fp32, [2])
                $0.add(input: "right", .fp32, [2])
                $0.add(output: "y", .fp32, [2])
                $0.parameters["DISABLE_OPTIMIZED_EXECUTION"] = disable
            } == [])
    }

    @Test func severalOutputs() {
        let requests: [[Tensor]] = [
            [.floats("x", [2, 3], [0, 1, 2, 3, 4, 5])], [.floats("x", [1, 2], [7, 8])], [.floats("x", [0, 2], [])],
        ]
        #expect(
            violations("two_outputs", requests) {
                $0.add(input: "x", .fp32, [-1, -1])
                $0.add(output: "plus", .fp32, [-1, -1])
                $0.add(output: "turned", .int64, [-1, -1])
            } == [])
    }

    @Test func stringsInBatches() {
        let requests = [["a"], ["b", "", "ccc"], ["ä"]].map { [Tensor.strings("texts", $0)] }
        #expect(
            violations("upper", requests) {
                $0.maxBatchSize = 8
                $0.add(input: "texts", .bytes, [1])
                $0.inputs[0].reshape = []
                $0.add(output: "y", .bytes, [1])
                $0.outputs[0].reshape = []
            } == [])
    }

    @Test func dictionaries() {
        #expect(
            violations("dictionary", [[.floats("a", [2], [1, 2]), .floats("b", [2], [3, 4])]]) {
                $0.add(input: "a")
                $0.add(input: "b")
                $0.add(output: "sum")
                $0.add(output: "difference")
            } == [])
    }

    @Test func aConfigurationThatIsFoundOut() {
        #expect(
            violations("classifier", [[.floats("x", [2, 64], Array(repeating: 0.25, count: 128))]]) { _ in } == [])
        #expect(
            violations("named_tuple", [[.floats("x", [1, 2, 3], [1, 2, 3, 4, 5, 6])]]) { _ in } == [])
    }

    @Test func modulesWithState() {
        #expect(
            violations("returns_state", isDeterministic: false, [[.floats("x", [2], [1, 2])]]) {
                $0.add(input: "x", .fp32, [2])
                $0.add(output: "y", .fp32, [2])
            } == [])
    }

    @Test func writersOfTheirInput() {
        #expect(
            violations("add_in_place", [[.floats("x", [2], [1, 2])]]) {
                $0.add(input: "x")
                $0.add(output: "y")
            } == [])
    }
}
