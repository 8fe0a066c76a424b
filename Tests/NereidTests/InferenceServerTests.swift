import Foundation
import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Logging
import NIOCore
import ServingProtocol
import Testing

@testable import nereid

/// The parts put together as `nereid serve` does, asked by the client of `nereid infer`.
struct InferenceServerTests {
    private let repository = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func add(_ model: String, _ configuration: String) throws {
        try FileManager.default.createDirectory(
            at: repository.appending(path: "\(model)/1"), withIntermediateDirectories: true)
        try Data(configuration.utf8).write(to: repository.appending(path: "\(model)/config.pbtxt"))
    }

    private let identity = """
        backend: "identity" max_batch_size: 4
        input { name: "INPUT0" data_type: TYPE_FP32 dims: -1 }
        output { name: "OUTPUT0" data_type: TYPE_FP32 dims: -1 }
        """

    private func server() -> InferenceServer {
        var configuration = ServerConfiguration()
        configuration.repository.paths = [repository.path]
        configuration.http.host = "127.0.0.1"
        configuration.http.port = 0
        configuration.grpc.host = "127.0.0.1"
        configuration.grpc.port = 0
        return InferenceServer(configuration: configuration, log: LogSettingsStore(), logger: logger)
    }

    @Test func servesFromStartToStop() async throws {
        defer { try? FileManager.default.removeItem(at: repository) }
        try add("echo", identity)
        let server = server()
        let ports = try await server.start()
        #expect(ports.grpc != nil)
        let port = try #require(ports.http)
        let http = HTTPClient(url: try ServerURL(parsing: "127.0.0.1:\(port)"), timeout: .seconds(60))
        #expect(try await http.get("/v2/health/live").status == 200)
        #expect(try await http.get("/v2/health/ready").status != 200)

        let report = await server.models.start()
        #expect(!report.hasFailures)
        #expect(try await http.get("/v2/health/ready").status == 200)

        let client = InferenceClient(http: http, modelName: "echo", modelVersion: nil)
        let model = try await client.describeModel()
        #expect(model.hasBatchDimension)
        let answer = try await client.infer(
            model, inputs: [InputArgument(parsing: "0.5,2,-1")], outputs: [], sampleRate: nil)
        #expect(answer.outputs.first?.shape == [1, 3])
        #expect(answer.outputs.first?.elements == .reals([0.5, 2, -1]))

        server.models.beginShutdown()
        #expect(try await http.get("/v2/health/ready").status != 200)
        #expect(await server.stop([.http, .grpc], timeout: .seconds(60)))
        await server.models.shutdown()
    }

    @Test func theTableTellsCauseAndCureOfAModelThatFailed() async throws {
        defer { try? FileManager.default.removeItem(at: repository) }
        try add("echo", identity)
        try add("broken", identity.replacing("identity", with: "nosuch"))
        let server = server()
        let report = await server.models.start()
        let table = ModelTable(report, advice: ModelLoadAdvice(backends: server.backendNames))
        #expect(table.readyModelCount == 1)
        #expect(table.failedModelCount == 1)
        let failed = try #require(table.rows.first { !$0.isReady })
        #expect(failed.model == "broken")
        #expect(failed.reason.contains("unable to find backend library for backend 'nosuch'"))
        #expect(failed.cure == "set 'backend' in config.pbtxt to one of: add_sub, ensemble, identity, pytorch")
        await server.models.shutdown()
    }
}
