import Foundation
import InferenceProtos
import InferenceTesting
import InferenceTypes
import ServingProtocol
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct SharedMemoryInferTests {
    private let model = ScriptedServable("m") { request, responder in
        let outputs = request.inputs.map { input in
            var output = input
            output.name = "OUT" + input.name.dropFirst(2)
            return output
        }
        responder.send(.final(InferenceResponse(modelName: "m", modelVersion: 1, id: "", outputs: outputs)))
    }

    private func place(_ offset: Int64, _ byteCount: Int64) -> [String: Inference_InferParameter] {
        [
            "shared_memory_region": .with { $0.stringParam = "region" },
            "shared_memory_offset": .with { $0.int64Param = offset },
            "shared_memory_byte_size": .with { $0.int64Param = byteCount },
        ]
    }

    @Test func tensorsAreReadFromAndWrittenToSharedMemory() async throws {
        let memory = TestSharedMemory(byteCount: 64)
        memory.write([1, 2, 3], at: 8)
        let service = ModelSetService([model], sharesMemory: true)
        try service.sharedMemory.register("region", key: memory.key, offset: 0, byteSize: 64)
        var request = Inference_ModelInferRequest("m", [9])
        request.inputs.insert(
            .with {
                $0.name = "INPUT1"
                $0.datatype = "UINT8"
                $0.shape = [3]
                $0.parameters = place(8, 3)
            }, at: 0)
        request.outputs = [
            .with {
                $0.name = "OUTPUT1"
                $0.parameters = place(32, 16)
            }
        ]
        let call = try await InferMethods(service: service).infer(request)
        #expect(call.status == .ok)
        let response = try Inference_ModelInferResponse(serializedBytes: try #require(call.messages.first))
        #expect(response.outputs.map(\.name) == ["OUTPUT1", "OUTPUT0"])
        #expect(response.rawOutputContents == [Data(), Data([9])])
        #expect(memory.read(4, at: 32) == [1, 2, 3, 0])
    }

    private func status(
        sharesMemory: Bool = true, _ change: (inout Inference_ModelInferRequest) -> Void
    ) async throws -> GRPCStatus? {
        var request = Inference_ModelInferRequest("m")
        change(&request)
        return try await InferMethods(service: ModelSetService([model], sharesMemory: sharesMemory)).infer(request)
            .status
    }

    @Test func itIsRefusedWhereItIsOff() async throws {
        let expected = GRPCStatus(
            .unimplemented,
            "Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable.")
        #expect(try await status(sharesMemory: false) { $0.inputs[0].parameters = place(0, 1) } == expected)
        #expect(
            try await status(sharesMemory: false) { $0.outputs = [.with { $0.parameters = place(0, 1) }] } == expected)
    }

    @Test func aRegionMustBeThere() async throws {
        #expect(
            try await status { $0.inputs[0].parameters = place(0, 1) }
                == GRPCStatus(.notFound, "Unable to find shared memory region: 'region'"))
    }

    @Test func parametersMustBeCompleteAndOfTheirType() async throws {
        func message(_ change: (inout [String: Inference_InferParameter]) -> Void) async throws -> String? {
            let status = try await status {
                $0.inputs[0].parameters = place(0, 1)
                change(&$0.inputs[0].parameters)
            }
            #expect(status?.code == .invalidArgument)
            return status?.message
        }
        #expect(
            try await message { $0["shared_memory_byte_size"] = nil }
                == "'shared_memory_byte_size' must be specified along with 'shared_memory_region' parameter for tensor 'INPUT0'"
        )
        #expect(
            try await message { $0["shared_memory_region"] = nil }
                == "'shared_memory_offset' can not be specified without 'shared_memory_region' parameter for tensor 'INPUT0'"
        )
        #expect(
            try await message { $0["shared_memory_region"] = .with { $0.int64Param = 1 } }
                == "invalid value type for 'shared_memory_region' parameter for tensor 'INPUT0', expected string_param."
        )
        #expect(
            try await message { $0["shared_memory_offset"] = .with { $0.uint64Param = 1 } }
                == "invalid value type for 'shared_memory_offset' parameter for tensor 'INPUT0', expected int64_param.")
    }

    @Test func aTensorLiesInOnePlace() async throws {
        #expect(
            try await status {
                $0.rawInputContents = []
                $0.inputs[0].parameters = place(0, 1)
                $0.inputs[0].contents.uintContents = [1]
            }?.message
                == "unexpected 'content' provided when using shared memory for input tensor 'INPUT0' for model 'm'")
        #expect(
            try await status {
                $0.outputs = [.with { $0.parameters = place(0, 1) }]
                $0.outputs[0].parameters["classification"] = .with { $0.int64Param = 1 }
            }?.message == "output can't set both 'shared_memory_region' and 'classification'")
    }
}
