import BackendAPI
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization

/// Adds to `X` the number that the model's parameter `number` holds, and knows how many models are in memory.
final class AddingBackend: Backend {
    let name = "adding"
    private let loaded = Atomic(0)

    var liveModels: Int { loaded.load(ordering: .acquiring) }

    func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig { context.configuration }

    func loadModel(_ context: ModelContext) throws(ServingError) -> any LoadedModel {
        AddingModel(self, Int64(context.configuration.parameters["number"] ?? "") ?? 0)
    }

    static func configuration(adding number: Int64, version: Int64) -> String {
        """
        backend: "adding"
        input { name: "X" data_type: TYPE_INT64 dims: 1 }
        output { name: "Y" data_type: TYPE_INT64 dims: 1 }
        instance_group { count: 2 kind: KIND_CPU }
        version_policy { specific { versions: \(version) } }
        parameters { key: "number" value { string_value: "\(number)" } }
        """
    }

    private final class AddingModel: LoadedModel {
        let backend: AddingBackend
        let number: Int64

        init(_ backend: AddingBackend, _ number: Int64) {
            self.backend = backend
            self.number = number
            backend.loaded.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }

        deinit { backend.loaded.wrappingSubtract(1, ordering: .acquiringAndReleasing) }

        func makeInstance(_ context: InstanceContext) throws(ServingError) -> any ModelInstance { Instance(number) }
    }

    private final class Instance: ModelInstance {
        let number: Int64

        init(_ number: Int64) { self.number = number }

        func execute(_ batch: ExecutionBatch) -> ExecutionResult {
            ExecutionResult(
                answers: batch.requests.map { request in
                    let given = request.inputs[0].elements(Int64.self)[0]
                    return .success(.init(outputs: [.forTesting("Y", .int64, [1], [given + number])]))
                })
        }
    }
}
