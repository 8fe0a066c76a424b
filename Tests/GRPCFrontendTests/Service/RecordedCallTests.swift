import BackendAPI
import Foundation
import GRPCFrontend
import InferenceEngine
import InferenceProtos
import InferenceTypes
import Logging
import ModelConfiguration
import ReferenceBackends
import ServingProtocol
import SwiftProtobuf
import Testing

/// Recorded calls are answered as Triton answered them. In order: some change settings that others read.
@Suite(.serialized) struct RecordedCallTests {
    /// A server with the recorded models, in the control mode `none`.
    private actor Server {
        static let shared = Server()

        private var started: Task<[GRPCMethod], any Error>?

        func methods() async throws -> [GRPCMethod] {
            let task = started ?? Task { try await Self.start() }
            started = task
            return try await task.value
        }

        private static func start() async throws -> [GRPCMethod] {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "recorded-calls-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            for (name, model) in RecordedCalls.all.models {
                let directory = folder.appendingPathComponent(name)
                for version in model.versions {
                    try FileManager.default.createDirectory(
                        at: directory.appendingPathComponent(version), withIntermediateDirectories: true)
                }
                try model.config.write(
                    to: directory.appendingPathComponent("config.pbtxt"), atomically: true, encoding: .utf8)
                try "a\nb\nc\nd\n".write(
                    to: directory.appendingPathComponent("labels.txt"), atomically: true, encoding: .utf8)
            }
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let table = ServableTable()
            let factory = DefaultServableFactory(
                backends: BackendRegistry([IdentityBackend()]), settings: .init(coreBudget: 2), logger: logger,
                resolver: { name, version throws(ServingError) in try table.resolveComposingModel(name, version) })
            var settings = ModelManagerSettings(repositories: [folder.path])
            settings.hasStrictReadiness = false
            let models = ModelManager(
                settings: settings, table: table, factory: factory,
                configurations: RepositoryConfigurationReader(ModelConfigurationLoader()), logger: logger)
            _ = await models.start()
            var memory = SharedMemorySettings()
            memory.isAllowed = true
            let service = DataPlane(
                models: models, sharedMemory: SharedMemoryRegistry(settings: memory), logger: logger)
            return ControlMethods(service: service).methods
        }
    }

    @Test func theRecordingsAreThere() {
        #expect(RecordedCalls.all.calls.count > 30)
    }

    @Test(arguments: RecordedCalls.all.calls) func isAnsweredAsRecorded(_ recorded: RecordedCalls.Call) async throws {
        let methods = try await Server.shared.methods()
        do {
            let bytes = try await methods.call(recorded.method, bytes: Array(recorded.request))
            #expect(recorded.code == "OK", "answered, but it should be refused with \(recorded.message)")
            let response = recorded.response ?? Data()
            switch recorded.method {
            case "/inference.GRPCInferenceService/ModelConfig":
                try expectEqual(Inference_ModelConfigResponse.self, bytes, response)
            case "/inference.GRPCInferenceService/ModelMetadata":
                try expectEqual(Inference_ModelMetadataResponse.self, bytes, response)
            case "/inference.GRPCInferenceService/LogSettings":
                try expectEqual(Inference_LogSettingsResponse.self, bytes, response)
            case "/inference.GRPCInferenceService/TraceSetting":
                try expectEqual(Inference_TraceSettingResponse.self, bytes, response)
            default: #expect(bytes == Array(response))
            }
        } catch let status as GRPCStatus {
            #expect(Self.name(of: status.code) == recorded.code)
            #expect(status.message == recorded.message)
        }
    }

    private func expectEqual<Response: Message & Equatable>(
        _: Response.Type, _ bytes: [UInt8], _ expected: Data
    ) throws {
        let response = try Response(serializedBytes: bytes)
        #expect(response == (try Response(serializedBytes: expected)))
    }

    /// `INVALID_ARGUMENT`
    private static func name(of code: GRPCStatusCode) -> String {
        "\(code)".reduce(into: "") { name, letter in
            name += letter.isUppercase ? "_\(letter)" : letter.uppercased()
        }
    }
}
