import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

/// Ensembles of models of which some batch and some do not.
@Suite struct BatchDimensionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let ensembleBatches: Bool
        let ensembleDims: Shape
        let stepBatches: Bool
        let stepDims: Shape
        let sent: Shape
        /// What the step sees.
        let seen: Shape

        var testDescription: String { what }
    }

    static let cases = [
        Case(
            what: "a batch of one loses its batch dimension", ensembleBatches: true, ensembleDims: [3],
            stepBatches: false, stepDims: [3], sent: [1, 3], seen: [3]),
        Case(
            what: "a batch that fits as it is goes as it is", ensembleBatches: true, ensembleDims: [3],
            stepBatches: false, stepDims: [-1, 3], sent: [2, 3], seen: [2, 3]),
        Case(
            what: "a batch of one that fits as it is goes as it is", ensembleBatches: true, ensembleDims: [3],
            stepBatches: false, stepDims: [-1, 3], sent: [1, 3], seen: [1, 3]),
        Case(
            what: "a plain tensor becomes a batch of one", ensembleBatches: false, ensembleDims: [3],
            stepBatches: true, stepDims: [3], sent: [3], seen: [1, 3]),
        Case(
            what: "a plain tensor that is a batch already goes as it is", ensembleBatches: false,
            ensembleDims: [-1, 3], stepBatches: true, stepDims: [3], sent: [2, 3], seen: [2, 3]),
        Case(
            what: "both batch: nothing changes", ensembleBatches: true, ensembleDims: [3], stepBatches: true,
            stepDims: [3], sent: [2, 3], seen: [2, 3]),
    ]

    @Test(arguments: cases)
    func shapesAreFittedOnTheWayInAndBack(_ sample: Case) async throws {
        let seen = Mutex<[Shape]>([])
        let backend = FakeBackend { batch, _ in
            seen.withLock { $0 += batch.requests.flatMap { $0.inputs.map(\.shape) } }
            return FakeBackend.echo(batch)
        }
        let models = ModelSet([backend])
        try models.load(
            .forTesting(
                "s", maxBatchSize: sample.stepBatches ? 8 : 0, inputs: [("X", .uint8, sample.stepDims)],
                outputs: [("Y", .uint8, sample.stepDims)]))
        let ensemble = try models.load(
            .ensembleForTesting(
                "e", maxBatchSize: sample.ensembleBatches ? 8 : 0, inputs: [("IN", .uint8, sample.ensembleDims)],
                outputs: [("OUT", .uint8, sample.ensembleDims)], steps: [("s", ["X": "IN"], ["Y": "OUT"])]))
        let bytes = [UInt8](repeating: 7, count: sample.sent.elementCount ?? 0)
        let answer = await ensemble.infer(.forTesting("e", [.forTesting("IN", .uint8, sample.sent, bytes)]))
        let response = try answer.get()
        #expect(seen.withLock { $0 } == [sample.seen])
        #expect(response.outputs.map(\.shape) == [sample.sent])
        #expect(response.outputs.first?.elements(UInt8.self) == bytes)
    }

    @Test func aBatchOfSeveralCannotBeStripped() async throws {
        let backend = FakeBackend()
        let models = ModelSet([backend])
        try models.load(.forTesting("s", inputs: [("X", .uint8, [3])], outputs: [("Y", .uint8, [3])]))
        let ensemble = try models.load(
            .ensembleForTesting(
                "e", maxBatchSize: 8, inputs: [("IN", .uint8, [3])], outputs: [("OUT", .uint8, [3])],
                steps: [("s", ["X": "IN"], ["Y": "OUT"])]))
        let tensor = Tensor.forTesting("IN", .uint8, [2, 3], [UInt8](repeating: 0, count: 6))
        let answer = await ensemble.infer(.forTesting("e", [tensor]))
        let error = #expect(throws: ServingError.self) { try answer.get() }
        #expect(error?.message.contains("in ensemble 'e', ") == true)
        #expect(
            error?.message.contains("unexpected shape for input 'X' for model 's'. Expected [3], got [2,3]") == true)
    }
}
