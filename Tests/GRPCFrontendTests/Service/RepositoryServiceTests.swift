import Foundation
import GRPCFrontend
import InferenceProtos
import SwiftProtobuf
import Testing

@Suite struct RepositoryServiceTests {
    private let service = ScriptedService()
    private var methods: [GRPCMethod] { ControlMethods(service: service).methods }

    private func load(_ parameters: [String: Inference_ModelRepositoryParameter], model: String = "m") async throws {
        let request = Inference_RepositoryModelLoadRequest.with {
            $0.modelName = model
            $0.parameters = parameters
        }
        let response: Inference_RepositoryModelLoadResponse = try await methods.call("RepositoryModelLoad", request)
        #expect(response == Inference_RepositoryModelLoadResponse())
    }

    private func unload(_ parameters: [String: Inference_ModelRepositoryParameter]) async throws {
        let request = Inference_RepositoryModelUnloadRequest.with {
            $0.modelName = "m"
            $0.parameters = parameters
        }
        let _: Inference_RepositoryModelUnloadResponse = try await methods.call("RepositoryModelUnload", request)
    }

    @Test func theIndexHasALineForEachVersion() async throws {
        let request = Inference_RepositoryIndexRequest.with { $0.ready = true }
        let response: Inference_RepositoryIndexResponse = try await methods.call("RepositoryIndex", request)
        #expect(
            response.models.map { [$0.name, $0.version, $0.state, $0.reason] } == [
                ["a", "1", "READY", ""], ["b", "2", "UNAVAILABLE", "unloaded"], ["c", "", "", ""],
            ])
        #expect(service.calls == ["index true"])
    }

    @Test func loadsCarryConfigurationAndFiles() async throws {
        try await load([:])
        try await load([
            "config": .with { $0.stringParam = "{}" },
            "file:1/model.pt": .with { $0.bytesParam = Data([0, 255]) },
            "file:labels.txt": .with { $0.bytesParam = Data() },
        ])
        #expect(service.calls == ["load m - ", "load m {} 1/model.pt=[0, 255] labels.txt=[]"])
    }

    @Test func aFailedLoadIsTold() async {
        await #expect(
            throws: GRPCStatus(.internal, "failed to load 'nosuch', failed to poll from model repository")
        ) { try await load([:], model: "nosuch") }
    }

    @Test func loadParametersHaveTheirTypes() async {
        let text = Inference_ModelRepositoryParameter.with { $0.stringParam = "x" }
        let bytes = Inference_ModelRepositoryParameter.with { $0.bytesParam = Data([1]) }
        let cases: [(String, Inference_ModelRepositoryParameter, String)] = [
            ("config", bytes, "invalid value type for load parameter 'config', expected string_param."),
            ("config", .init(), "invalid value type for load parameter 'config', expected string_param."),
            ("file:a", text, "invalid value type for load parameter 'file:a', expected bytes_param."),
            ("other", text, "unrecognized load parameter 'other'."),
        ]
        for (name, parameter, message) in cases {
            await #expect(throws: GRPCStatus(.invalidArgument, message)) { try await load([name: parameter]) }
        }
        #expect(service.calls.isEmpty)
    }

    @Test func unloadsMayTakeDependentsAlong() async throws {
        try await unload([:])
        try await unload(["unload_dependents": .with { $0.boolParam = true }])
        await #expect(
            throws: GRPCStatus(
                .invalidArgument, "invalid value type for 'unload_dependents' parameter, expected bool_param.")
        ) { try await unload(["unload_dependents": .with { $0.int64Param = 1 }]) }
        #expect(service.calls == ["unload m false", "unload m true"])
    }

    @Test func repositoriesHaveNoNames() async {
        let refusal = GRPCStatus(.unimplemented, "'repository_name' specification is not supported")
        await #expect(throws: refusal) {
            let _: Inference_RepositoryIndexResponse = try await methods.call(
                "RepositoryIndex", Inference_RepositoryIndexRequest.with { $0.repositoryName = "r" })
        }
        await #expect(throws: refusal) {
            let _: Inference_RepositoryModelLoadResponse = try await methods.call(
                "RepositoryModelLoad", Inference_RepositoryModelLoadRequest.with { $0.repositoryName = "r" })
        }
        await #expect(throws: refusal) {
            let _: Inference_RepositoryModelUnloadResponse = try await methods.call(
                "RepositoryModelUnload", Inference_RepositoryModelUnloadRequest.with { $0.repositoryName = "r" })
        }
        #expect(service.calls.isEmpty)
    }
}
