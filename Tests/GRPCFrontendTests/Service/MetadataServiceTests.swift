import GRPCFrontend
import InferenceProtos
import InferenceTesting
import ModelConfiguration
import SwiftProtobuf
import Testing

@Suite struct MetadataServiceTests {
    private let methods: [GRPCMethod]

    init() throws {
        let configuration = try ModelConfig(textFormat: "name: \"m\" backend: \"identity\"")
        methods = ControlMethods(service: ScriptedService(configurations: [configuration])).methods
    }

    @Test func theServerTellsItsNameVersionAndExtensions() async throws {
        let response: Inference_ServerMetadataResponse = try await methods.call(
            "ServerMetadata", Inference_ServerMetadataRequest())
        #expect(response.name == "nereid")
        #expect(response.version == "1.2")
        #expect(response.extensions == ["statistics", "logging"])
    }

    @Test func aModelTellsItsTensors() async throws {
        let response: Inference_ModelMetadataResponse = try await methods.call(
            "ModelMetadata", Inference_ModelMetadataRequest.with { $0.name = "m" })
        #expect(response.versions == ["1", "3"])
        #expect(response.platform == "identity")
        #expect(
            response.inputs == [
                .with {
                    $0.name = "IN"
                    $0.datatype = "BYTES"
                    $0.shape = [-1, 16]
                }
            ])
        #expect(response.outputs.map(\.shape) == [[2]])
    }

    @Test func theVersionIsPassedOn() async throws {
        let request = Inference_ModelMetadataRequest.with {
            $0.name = "m"
            $0.version = "3"
        }
        let response: Inference_ModelMetadataResponse = try await methods.call("ModelMetadata", request)
        #expect(response.versions == ["3"])
    }

    @Test(arguments: ["ModelReady", "ModelMetadata", "ModelConfig", "ModelStatistics"])
    func versionsAreNumbers(_ method: String) async {
        // The four requests have the same two fields.
        let request = Inference_ModelReadyRequest.with {
            $0.name = "m"
            $0.version = "x"
        }
        let message =
            "failed to get model version from specified version string 'x' (details: stol), "
            + "version should be an integral value > 0"
        await #expect(throws: GRPCStatus(.invalidArgument, message)) {
            let _: Inference_ModelReadyResponse = try await methods.call(method, request)
        }
    }
}
