import BackendAPI
import Foundation
import InferenceEngine
import InferenceTesting
import InferenceTypes
import Logging
import ModelConfiguration
import ReferenceBackends
import ServingProtocol
import Testing

@Suite struct DataPlaneTests {
    /// A repository on disk with models that the identity backend serves.
    final class Repository {
        let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("dataplane-\(UUID().uuidString)")
            try add("id", versions: [1, 3], settings: "max_batch_size: 8 version_policy { all {} }")
            try add("plain", versions: [1], settings: "")
            try add(
                "broken", versions: [1], settings: "parameters { key: \"fail_load\" value { string_value: \"no\" } }")
        }

        func add(_ name: String, versions: [Int], settings: String) throws {
            let model = folder.appendingPathComponent(name)
            for version in versions {
                try FileManager.default.createDirectory(
                    at: model.appendingPathComponent("\(version)"), withIntermediateDirectories: true)
            }
            let text = """
                name: "\(name)" backend: "identity" \(settings)
                input { name: "INPUT0" data_type: TYPE_FP32 dims: [4] }
                output { name: "OUTPUT0" data_type: TYPE_FP32 dims: [4] }
                """
            try text.write(to: model.appendingPathComponent("config.pbtxt"), atomically: true, encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    func start(_ repository: Repository, mode: ModelControlMode = .none) async -> DataPlane {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let table = ServableTable()
        let factory = DefaultServableFactory(
            backends: BackendRegistry([IdentityBackend()]), settings: .init(coreBudget: 2), logger: logger,
            resolver: { name, version throws(ServingError) in try table.resolveComposingModel(name, version) })
        var settings = ModelManagerSettings(repositories: [repository.folder.path])
        settings.controlMode = mode
        settings.hasStrictReadiness = false
        if mode == .explicit { settings.startupModels = ["id"] }
        let models = ModelManager(
            settings: settings, table: table, factory: factory,
            configurations: RepositoryConfigurationReader(ModelConfigurationLoader()), logger: logger)
        _ = await models.start()
        return DataPlane(models: models, serverID: "test server", logger: logger)
    }

    @Test func metadataShowsWhatClientsSend() async throws {
        let repository = try Repository()
        let service = await start(repository)
        #expect(service.serverMetadata.name == "test server" && !service.serverMetadata.version.isEmpty)
        #expect(service.serverMetadata.extensions.contains("binary_tensor_data"))
        #expect(service.isLive && service.isReady)

        let batching = try service.modelMetadata("id", version: nil)
        #expect(batching.versions == [1, 3] && batching.platform == "identity")
        #expect(batching.inputs == [.init(name: "INPUT0", dataType: .fp32, shape: [-1, 4])])
        #expect(batching.outputs == [.init(name: "OUTPUT0", dataType: .fp32, shape: [-1, 4])])
        #expect(try service.modelMetadata("id", version: 3).versions == [3])
        #expect(try service.modelMetadata("plain", version: nil).inputs.map(\.shape) == [[4]])
        #expect(try service.modelConfiguration("id", version: nil).maxBatchSize == 8)
    }

    @Test func modelsThatAreNotThereAreRefusedInTritonsWords() async throws {
        let repository = try Repository()
        let service = await start(repository)
        #expect(throws: ServingError(.notFound, "Request for unknown model: 'nosuch' is not found")) {
            try service.modelMetadata("nosuch", version: nil)
        }
        #expect(throws: ServingError(.notFound, "Request for unknown model: 'id' version 2 is not found")) {
            try service.modelMetadata("id", version: 2)
        }
        #expect(throws: ServingError(.notFound, "Request for unknown model: 'broken' has no available versions")) {
            try service.model("broken", version: nil)
        }
        #expect(!service.isModelReady("broken", version: nil) && service.isModelReady("id", version: 3))
        #expect(service.isModelKnown("broken") && service.isModelKnown("id") && !service.isModelKnown("nosuch"))
        #expect(throws: ServingError(.invalidArgument, "requested model 'nosuch' is not available")) {
            try service.statistics(model: "nosuch", version: nil)
        }
        #expect(throws: ServingError(.invalidArgument, "requested model 'broken' is not available")) {
            try service.statistics(model: "broken", version: 1)
        }
        #expect(
            throws: ServingError(.invalidArgument, "requested model version is not available for model 'id'")
        ) { try service.statistics(model: "id", version: 2) }
    }

    @Test func statisticsAreThoseOfTheVersionThatAnswered() async throws {
        let repository = try Repository()
        let service = await start(repository)
        let input = Tensor.forTesting("INPUT0", .fp32, [2, 4], [Float](repeating: 1, count: 8))
        let answer = await (try service.model("id", version: 1)).infer(.forTesting("id", [input]))
        #expect(try answer.get().modelVersion == 1)
        let latest = await (try service.model("id", version: nil)).infer(.forTesting("id", [input]))
        #expect(try latest.get().modelVersion == 3)
        _ = await (try service.model("id", version: nil)).infer(.forTesting("id", [input]))
        let both = try service.statistics(model: "id", version: nil)
        #expect(both.map(\.version) == [1, 3] && both.map(\.success.count) == [1, 2])
        #expect(try service.statistics(model: "id", version: 3).map(\.inferenceCount) == [4])
        let all = try service.statistics(model: nil, version: nil)
        #expect(all.map(\.name) == ["id", "id", "plain"])
    }

    @Test func theIndexAndTheRepositoryCommandsReachTheModels() async throws {
        let repository = try Repository()
        let service = await start(repository, mode: .explicit)
        let index = try await service.repositoryIndex(readyOnly: false)
        #expect(index.map(\.name) == ["broken", "id", "id", "plain"])
        #expect(index.map(\.state) == [nil, .ready, .ready, nil])

        try await service.loadModel("plain", parameters: ModelLoadParameters())
        #expect(service.isModelReady("plain", version: nil))
        var parameters = ModelLoadParameters()
        parameters.configurationJSON = """
            {"backend": "identity", "max_batch_size": 2,
             "input": [{"name": "INPUT0", "data_type": "TYPE_FP32", "dims": [4]}],
             "output": [{"name": "OUTPUT0", "data_type": "TYPE_FP32", "dims": [4]}]}
            """
        try await service.loadModel("plain", parameters: parameters)
        #expect(try service.modelConfiguration("plain", version: nil).maxBatchSize == 2)
        let error = await #expect(throws: ServingError.self) {
            try await service.loadModel("broken", parameters: ModelLoadParameters())
        }
        #expect(error?.message.contains("Internal: no") == true)
        try await service.unloadModel("plain", unloadDependents: false)
        #expect(!service.isModelReady("plain", version: nil))
    }
}
