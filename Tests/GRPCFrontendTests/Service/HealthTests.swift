import InferenceProtos
import InferenceTypes
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct HealthTests {
    typealias Status = Grpc_Health_V1_HealthCheckResponse.ServingStatus

    private let service = ScriptedService()
    private var methods: [GRPCMethod] { ControlMethods(service: service).methods }

    private func check(_ name: String) async throws -> Status {
        let request = Grpc_Health_V1_HealthCheckRequest.with { $0.service = name }
        let bytes = try await methods.call("/grpc.health.v1.Health/Check", bytes: request.serializedBytes())
        return try Grpc_Health_V1_HealthCheckResponse(serializedBytes: bytes).status
    }

    @Test func theServerIsLiveAndReady() async throws {
        let live: Inference_ServerLiveResponse = try await methods.call("ServerLive", Inference_ServerLiveRequest())
        #expect(live.live)
        for isReady in [true, false] {
            service.isReady = isReady
            let ready: Inference_ServerReadyResponse = try await methods.call(
                "ServerReady", Inference_ServerReadyRequest())
            #expect(ready.ready == isReady)
        }
    }

    @Test(arguments: [("m", "", true), ("m", "1", true), ("m", "2", false), ("nosuch", "", false)])
    func aModelThatIsNotThereIsNotReady(_ name: String, _ version: String, _ isReady: Bool) async throws {
        service.setModel("m", isReady: true)
        let request = Inference_ModelReadyRequest.with {
            $0.name = name
            $0.version = version
        }
        let response: Inference_ModelReadyResponse = try await methods.call("ModelReady", request)
        #expect(response.ready == isReady)
    }

    @Test(arguments: [
        "", "inference.GRPCInferenceService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
    ])
    func theNamesOfItsServicesStandForTheServer(_ name: String) async throws {
        #expect(try await check(name) == .serving)
        service.isReady = false
        #expect(try await check(name) == .notServing)
    }

    @Test func otherNamesAreThoseOfModels() async throws {
        service.isReady = false
        service.setModel("m", isReady: true)
        #expect(try await check("m") == .serving)
        service.setModel("m", isReady: false)
        #expect(try await check("m") == .notServing)
        await #expect(
            throws: GRPCStatus(
                .notFound, "'nosuch' is neither a gRPC service of this server nor a model that it knows")
        ) { try await check("nosuch") }
    }

    @Test func aWatchTellsChangesOnly() {
        var watch = HealthWatch()
        let observed: [Status?] = [nil, nil, .notServing, .serving, .serving, .notServing, nil]
        let told = observed.map { watch.observe($0)?.status }
        #expect(told == [.serviceUnknown, nil, .notServing, .serving, nil, .notServing, .serviceUnknown])
    }
}
