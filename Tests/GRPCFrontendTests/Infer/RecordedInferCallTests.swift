import Foundation
import InferenceProtos
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ReferenceBackends
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

/// Recorded calls, from the bytes of the request to those of the response, through identity models.
@Suite struct RecordedInferCallTests {
    private static let types: [DataType] = [
        .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp16, .fp32, .fp64, .bytes, .bf16,
    ]

    private static func methods() throws -> InferMethods {
        let models = ModelSet([IdentityBackend()])
        func load(_ name: String, batch: Int32, _ tensors: [(DataType, Shape)], optional: Bool = false) throws {
            var configuration = ModelConfig.forTesting(
                name, backend: "identity", maxBatchSize: batch,
                inputs: tensors.enumerated().map { ("INPUT\($0.offset)", $0.element.0, $0.element.1) },
                outputs: tensors.enumerated().map { ("OUTPUT\($0.offset)", $0.element.0, $0.element.1) })
            for index in configuration.inputs.indices { configuration.inputs[index].optional = optional }
            try models.load(configuration)
        }
        try load("id_fp32", batch: 8, [(.fp32, [16])])
        try load("id_versions", batch: 8, [(.fp32, [4])])
        try load("id_bytes", batch: 8, [(.bytes, [-1])])
        try load("id_two", batch: 4, [(.fp32, [-1]), (.int32, [2])])
        try load("id_types", batch: 0, types.map { ($0, [2]) }, optional: true)
        return InferMethods(service: ModelSetService(models))
    }

    @Test(arguments: RecordedInferCall.all)
    func isAnsweredTheSame(_ recorded: RecordedInferCall) async throws {
        let request = try #require(Data(base64Encoded: recorded.request))
        let call = await (try Self.methods()).infer(Array(request))
        #expect(call.status == recorded.status)
        guard recorded.status == .ok else {
            #expect(call.messages.isEmpty)
            return
        }
        var expected = try Inference_ModelInferResponse(
            serializedBytes: try #require(Data(base64Encoded: recorded.answer)))
        // These are the identity backend's own.
        for number in 0..<4 { expected.parameters["param\(number)"] = nil }
        var answer = try Inference_ModelInferResponse(serializedBytes: try #require(call.messages.first))
        for number in 0..<4 { answer.parameters["param\(number)"] = nil }
        #expect(answer == expected)
        #expect(call.messages.count == 1)
    }
}
