import BackendAPI
import Foundation
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing

@Suite struct OutputTests {
    func reshaping(dims: Shape, reshape: Shape, maxBatchSize: Int32, given: Shape) async throws -> Shape? {
        let backend = FakeBackend { batch, _ in
            let bytes = [UInt8](repeating: 0, count: given.elementCount ?? 0)
            return ExecutionResult(
                answers: batch.requests.map { _ in .success(.init(outputs: [.forTesting("Y", .uint8, given, bytes)])) })
        }
        var configuration = ModelConfig.forTesting(
            "m", maxBatchSize: maxBatchSize, inputs: [("X", .uint8, [1])], outputs: [("Y", .uint8, dims)])
        configuration.outputs[0].reshape = reshape
        let model = try ModelSet([backend]).load(configuration)
        let shape: Shape = maxBatchSize > 0 ? [2, 1] : [1]
        let input = Tensor.forTesting("X", .uint8, shape, [UInt8](repeating: 0, count: shape.elementCount ?? 0))
        return try await model.infer(.forTesting("m", [input])).get().outputs.first?.shape
    }

    @Test func outputsGetTheShapeThatClientsKnow() async throws {
        #expect(try await reshaping(dims: [1], reshape: [], maxBatchSize: 4, given: [2]) == [2, 1])
        #expect(try await reshaping(dims: [2, 3], reshape: [6], maxBatchSize: 0, given: [6]) == [2, 3])
        #expect(
            try await reshaping(dims: [-1, 4, -1], reshape: [-1, 2, 2, -1], maxBatchSize: 4, given: [2, 5, 2, 2, 7])
                == [2, 5, 4, 7])
    }

    @Test func anOutputThatCannotBeReshapedIsTheModelsFault() async throws {
        let error = await #expect(throws: ServingError.self) {
            try await reshaping(dims: [2, 3], reshape: [6], maxBatchSize: 0, given: [5])
        }
        #expect(error?.code == .internal)
        #expect(
            error?.message
                == "model 'm' gave output 'Y' the shape [5], which cannot be reshaped from [6] to [2,3]")
    }

    @Test func labelsComeFromTheModelsFileAndEnsemblesInheritThem() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("labels-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "cat\ndog\n\nowl\n".write(
            to: folder.appendingPathComponent("labels.txt"), atomically: true, encoding: .utf8)

        let models = ModelSet([FakeBackend()])
        var configuration = ModelConfig.forTesting("m", inputs: [("X", .fp32, [4])], outputs: [("Y", .fp32, [4])])
        configuration.outputs[0].labelFilename = "labels.txt"
        let model = try models.load(configuration, modelDirectory: folder.path)
        #expect((0..<5).map { model.label(output: "Y", index: $0) } == ["cat", "dog", "", "owl", nil])
        #expect(model.label(output: "Z", index: 0) == nil && model.label(output: "Y", index: -1) == nil)

        let ensemble = try models.load(
            .ensembleForTesting(
                "e", inputs: [("IN", .fp32, [4])], outputs: [("OUT", .fp32, [4])],
                steps: [("m", ["X": "IN"], ["Y": "OUT"])]))
        #expect(ensemble.label(output: "OUT", index: 1) == "dog")

        configuration.outputs[0].labelFilename = "none.txt"
        #expect(
            throws: ServingError(
                .internal, "failed to open text file for read \(folder.path)/none.txt: No such file or directory")
        ) { try models.load(configuration, modelDirectory: folder.path) }
    }
}
