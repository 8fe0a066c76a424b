import Foundation
import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

/// The reader of inference requests against swift-protobuf's, and by itself.
@Suite struct InferRequestMessageTests {
    private func read(
        _ bytes: [UInt8], limits: RequestLimits = RequestLimits()
    ) throws(ProtobufError) -> InferRequestMessage {
        try TensorBytes(copying: bytes).withUnsafeBytes { memory throws(ProtobufError) in
            try InferRequestMessage(memory, limits: limits)
        }
    }

    private func error(of bytes: [UInt8]) -> ProtobufError? {
        do throws(ProtobufError) {
            _ = try read(bytes)
            return nil
        } catch { return error }
    }

    @Test func wellFormedMessagesAreReadAsBySwiftProtobuf() throws {
        for seed in 0..<4000 as Range<UInt64> {
            var generator = WireGenerator(seed: seed)
            let bytes = generator.message(.request)
            guard let expected = try? Inference_ModelInferRequest(serializedBytes: bytes) else {
                Issue.record("seed \(seed) is not well formed: \(bytes)")
                continue
            }
            let message = try #require(try? read(bytes), "seed \(seed) is refused")
            #expect(message.difference(from: expected, bytes: bytes) == nil, "seed \(seed)")
        }
    }

    @Test func damagedMessagesAreReadAlikeOrRefused() {
        var accepted = 0
        var refused = 0
        var acceptedAlone = 0
        for seed in 10_000..<16_000 as Range<UInt64> {
            var generator = WireGenerator(seed: seed)
            generator.spoilsText = true
            let bytes = generator.mutate(generator.message(.request))
            guard let message = try? read(bytes) else {
                refused += 1
                continue
            }
            guard let expected = try? Inference_ModelInferRequest(serializedBytes: bytes) else {
                // swift-protobuf stumbles over fields of a map's entry that have the wire type of another.
                acceptedAlone += 1
                continue
            }
            accepted += 1
            #expect(message.difference(from: expected, bytes: bytes) == nil, "seed \(seed)")
        }
        // Both must have been tried often.
        #expect(accepted > 500 && refused > 500, "\(accepted) accepted, \(refused) refused")
        #expect(acceptedAlone < 60, "\(acceptedAlone) accepted that swift-protobuf refuses")
    }

    @Test func whatSwiftProtobufWritesIsRead() throws {
        var request = Inference_ModelInferRequest()
        request.modelName = "a model with a longer name"
        request.id = "42"
        request.parameters = ["priority": .with { $0.uint64Param = .max }, "x": .with { $0.doubleParam = -1.5 }]
        request.inputs = [
            .with {
                $0.name = "INPUT0"
                $0.datatype = "FP16"
                $0.shape = [1, -1, .max]
            }
        ]
        request.rawInputContents = [Data([1, 2, 3]), Data()]
        let bytes: [UInt8] = try request.serializedBytes()
        #expect(try read(bytes).difference(from: request, bytes: bytes) == nil)
    }

    @Test func brokenMessagesAreRefusedForTheirReason() {
        #expect(error(of: []) == nil)
        #expect(error(of: [0x0A, 5, 0x61]) == .truncated)
        #expect(error(of: [0x0A]) == .truncated)
        #expect(error(of: [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]) == .truncated)
        #expect(error(of: [0x40] + [UInt8](repeating: 0x80, count: 10) + [0]) == .malformedVarint)
        #expect(error(of: [0x02, 0]) == .invalidTag)
        #expect(error(of: [0x0F, 0]) == .invalidTag)
        #expect(error(of: [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]) == .invalidTag)
        #expect(error(of: [0x0A, 1, 0xFF]) == .invalidUTF8)
        #expect(error(of: [0x2A, 3, 0x12, 1, 0xC3]) == .invalidUTF8)
        #expect(error(of: [0x44]) == .unmatchedGroup)
        #expect(error(of: [0x43]) == .unmatchedGroup)
        #expect(error(of: [0x43, 0x4C]) == .unmatchedGroup)
        #expect(error(of: [0x41, 1, 2, 3]) == .truncated)
        // Floats of three bytes.
        #expect(error(of: [0x2A, 7, 0x2A, 5, 0x32, 3, 0, 0, 0]) == .truncated)
    }

    @Test func groupsMayNotLieTooDeep() {
        func nested(_ count: Int) -> [UInt8] {
            [UInt8](repeating: 0x43, count: count) + [UInt8](repeating: 0x44, count: count)
        }
        #expect(error(of: nested(100)) == nil)
        #expect(error(of: nested(101)) == .nestedTooDeep)
        #expect(error(of: nested(1_000_000)) == .nestedTooDeep)
    }

    @Test func whatExceedsTheLimitsIsCountedButNotKept() throws {
        var limits = RequestLimits()
        limits.maximumTensors = 2
        limits.maximumRank = 3
        limits.maximumParameters = 1
        let input: [UInt8] = [0x2A, 7, 0x1A, 5, 1, 2, 3, 4, 5]
        let message = try read(
            input + input + input + [0x32, 0, 0x32, 0, 0x32, 0] + [0x22, 0, 0x22, 0] + [0x3A, 0, 0x3A, 0, 0x3A, 0],
            limits: limits)
        #expect(message.inputs.count == 2 && message.inputCount == 3)
        #expect(message.outputs.count == 2 && message.outputCount == 3)
        #expect(message.parameters.count == 1 && message.parameterCount == 2)
        #expect(message.rawInputs.count == 2)
        #expect(message.inputs.allSatisfy { $0.dimensions == [1, 2, 3] && $0.rank == 5 })
    }

    @Test func everyDatatypeIsKnownByItsName() throws {
        for type in DataType.allCases {
            let name = Array(type.protocolName.utf8)
            let message = try read([0x2A, UInt8(name.count + 2), 0x12, UInt8(name.count)] + name)
            #expect(message.inputs.map(\.dataType) == [type])
        }
    }

    @Test(arguments: [[0], [0, 0]] as [[UInt8]]) func zerosBeforeADatatypeMakeItUnknown(zeros: [UInt8]) throws {
        let name = zeros + Array("FP32".utf8)
        let message = try read([0x2A, UInt8(name.count + 2), 0x12, UInt8(name.count)] + name)
        #expect(message.inputs.map(\.dataType) == [.invalid])
    }
}
